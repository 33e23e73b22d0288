package org.emfuse.wording;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MegabytesTest {

    @Test
    void smallSizesHaveADigitMore() {
        assertThat(Megabytes.of(3_640_000)).isEqualTo("3.6 MB");
        assertThat(Megabytes.of(98_362_432)).isEqualTo("98 MB");
        assertThat(Megabytes.of(0)).isEqualTo("0.0 MB");
        assertThat(Megabytes.of(-1)).isEqualTo("-");
    }
}
