package org.emfuse.rl.env;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"Pendulum-v1", "Pendulum-v1:mass=1.5,gravity=9.81,actionDelay=2",
    "Pendulum-v1:length=0.1,mass=0.1,gravity=30", "Pendulum-v1:start=hanging", "Pendulum-v1:start=upright,friction=0.3",
    "CartPoleSwingUp-v0", "CartPoleSwingUp-v0:mass=0.3,friction=0.5,actionDelay=3",
    "CartPoleSwingUp-v0:mass=0.02,length=0.3,cartMass=0.2,gravity=30", "CartPoleSwingUp-v0:start=upright",
    "CartPoleSwingUp-v0:start=uniform,poleFriction=0.05,mass=0.02,length=0.3", "PointMass2D-v0",
    "PointMass2D-v0:obstacles=1", "PointMass2D-v0:obstacles=1,mass=0.1,friction=5,actionDelay=1,start=left",
    "PointMass2D-v0:mass=2,friction=0.5,start=right", "Reacher2D-v0", "Reacher2D-v0:gravity=9.81,actionDelay=4",
    "Reacher2D-v0:friction=0", "Reacher2D-v0:friction=0,mass=0.5,length=0.3,gravity=30",
    "Reacher2D-v0:friction=1,mass=0.5,length=0.3"})
class EnvironmentsContractTest extends EnvContract {

    private final String id;

    EnvironmentsContractTest(String id) {
        this.id = id;
    }

    @Override
    protected Env make() {
        return Environments.make(id);
    }
}
