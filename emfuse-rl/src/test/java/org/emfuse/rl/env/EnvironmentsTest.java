package org.emfuse.rl.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentsTest {

    @Test
    void everyIdMakesAnEnvironmentOfThatName() {
        assertThat(Environments.ids()).containsExactly("Pendulum-v1", "CartPoleSwingUp-v0", "PointMass2D-v0",
                "Reacher2D-v0");
        for (String id : Environments.ids()) {
            assertThat(Environments.make(id).spec().id()).isEqualTo(id);
            assertThat(Environments.description(id)).isNotBlank();
            assertThat(Environments.parameters(id)).extracting(Parameter::name).contains("actionDelay")
                    .containsExactlyElementsOf(Environments.spec(id).parameters().keySet());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Pendulum-v1:gravity=9.810,mass=1.50          | Pendulum-v1:mass=1.5,gravity=9.81
            Pendulum-v1:mass=1,gravity=10                | Pendulum-v1
            Pendulum-v1:start=hanging , actionDelay = 2  | Pendulum-v1:actionDelay=2,start=hanging
            PointMass2D-v0:obstacles=0                   | PointMass2D-v0
            Reacher2D-v0:gravity=1e1                     | Reacher2D-v0:gravity=10
            """)
    void anIdHasOneNormalForm(String typed, String normal) {
        EnvSpec spec = Environments.make(typed).spec();
        assertThat(spec.id()).isEqualTo(normal);
        assertThat(Environments.make(normal).spec()).isEqualTo(spec);
    }

    /** Whichever class of the package is used first in a program. */
    @ParameterizedTest
    @ValueSource(classes = {Environments.class, Pendulum.class, CartPole.class, PointMass.class, Reacher.class,
        SimulatedEnv.class})
    void anyClassMayBeInitialisedFirst(Class<?> first) throws Exception {
        URL classes = Environments.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader fresh = new FreshClasses(classes)) {
            Class.forName(first.getName(), true, fresh);
            Class<?> environments = fresh.loadClass(Environments.class.getName());
            assertThat(environments).isNotSameAs(Environments.class);
            for (String id : Environments.ids()) {
                assertThat(environments.getMethod("make", String.class).invoke(null, id + ":actionDelay=1"))
                        .isNotNull();
            }
        }
    }

    /** Loads the package's classes again, uninitialised; all others as usual. */
    private static final class FreshClasses extends URLClassLoader {

        FreshClasses(URL classes) {
            super(new URL[]{classes}, EnvironmentsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (name.startsWith("org.emfuse.rl.env.")) {
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
                return super.loadClass(name, resolve);
            }
        }
    }

    @Test
    void parametersInEffectAreAllListed() {
        assertThat(Environments.spec("Pendulum-v1:mass=1.5,start=upright").parameters()).containsEntry("mass", 1.5)
                .containsEntry("gravity", 10.0).containsEntry("start", 2.0).hasSize(6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Pendulun-v1                    | did you mean 'Pendulum-v1'
            Pendulum                       | did you mean 'Pendulum-v1'
            pointmass2d-v0                 | did you mean 'PointMass2D-v0'
            Nothing                        | Pendulum-v1, CartPoleSwingUp-v0, PointMass2D-v0, Reacher2D-v0
            Pendulum-v1:maas=2             | did you mean 'mass'
            Pendulum-v1:maas=2             | mass, gravity, length, friction, actionDelay, start
            Pendulum-v1:mass               | expected parameter=value after 'Pendulum-v1:', found 'mass'
            Pendulum-v1:                   | expected parameter=value
            Pendulum-v1:mass=1,            | expected parameter=value
            Pendulum-v1:mass=heavy         | parameter mass expects a number in [0.1, 10] kg, found 'heavy'
            Pendulum-v1:mass=0             | parameter mass expects a number in [0.1, 10] kg, found 0
            Pendulum-v1:mass=NaN           | parameter mass expects a number in [0.1, 10] kg, found NaN
            Pendulum-v1:actionDelay=1.5    | a whole number in [0, 20] steps, found 1.5
            Pendulum-v1:actionDelay=-1     | a whole number in [0, 20] steps, found -1
            Pendulum-v1:start=hangin       | did you mean 'hanging'
            Pendulum-v1:mass=2,mass=3      | given twice
            """)
    void aWrongIdIsExplained(String id, String explanation) {
        assertThatThrownBy(() -> Environments.make(id)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(explanation);
    }

    /** With a delay of d, action t takes effect in step t + d, and the first d steps apply nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"Pendulum-v1", "CartPoleSwingUp-v0", "PointMass2D-v0", "Reacher2D-v0"})
    void aDelayedEnvironmentFollowsTheUndelayedOneWithShiftedActions(String id) {
        int delay = 3;
        try (Env prompt = Environments.make(id); Env late = Environments.make(id + ":actionDelay=" + delay)) {
            assertThat(late.reset(4)).containsExactly(prompt.reset(4));
            int size = prompt.spec().actionSize();
            for (int t = 0; t < 20; t++) {
                Step expected = prompt.step(t < delay ? new double[size] : action(t - delay, size));
                assertThat(late.step(action(t, size))).usingRecursiveComparison().isEqualTo(expected);
            }
            assertThat(late.reset(4)).as("a reset empties the queue").containsExactly(prompt.reset(4));
            assertThat(late.step(action(1, size))).usingRecursiveComparison()
                    .isEqualTo(prompt.step(new double[size]));
        }
    }

    private static double[] action(int t, int size) {
        double[] action = new double[size];
        for (int i = 0; i < size; i++) {
            action[i] = Math.sin(1 + 0.7 * t + i);
        }
        return action;
    }

    /** Every parameter of the dynamics changes where the same actions lead. */
    @Test
    void everyParameterChangesTheDynamics() {
        for (String id : Environments.ids()) {
            double[] plain = tenSteps(id);
            for (Parameter parameter : Environments.parameters(id)) {
                if (parameter.words().isEmpty() && !parameter.name().equals("obstacles")) {
                    double value = parameter.whole()
                            ? 2
                            : Math.min(parameter.high(), parameter.standard() * 1.5 + 0.01);
                    String shifted = id + ":" + parameter.name() + "=" + value;
                    assertThat(tenSteps(shifted)).as(shifted).isNotEqualTo(plain);
                }
            }
        }
    }

    private static double[] tenSteps(String id) {
        try (Env env = Environments.make(id)) {
            double[] observation = env.reset(1);
            for (int t = 0; t < 10; t++) {
                observation = env.step(action(t, env.spec().actionSize())).observation();
            }
            return observation;
        }
    }
}
