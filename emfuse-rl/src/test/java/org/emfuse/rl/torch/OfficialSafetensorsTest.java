package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;

/**
 * A file that the official writer wrote (safetensors 0.8.0 for Python, {@code safetensors.torch.save_file}), with every type
 * that is read here. benchmarks/peers/safetensors.sh checks both directions against the official reader.
 */
class OfficialSafetensorsTest {

    @Test
    void everyTypeOfAnOfficialFileIsRead() throws URISyntaxException {
        SafetensorsFile file = SafetensorsFile.open(Path.of(Objects
                .requireNonNull(getClass().getResource("/safetensors/official.safetensors")).toURI()));
        assertThat(file.metadata()).isEqualTo(Map.of("written by", "safetensors 0.8.0", "länge", "größer"));
        assertThat(file.names()).containsExactlyInAnyOrder("single", "double", "half", "long", "bytes", "mask",
                "scalar",
                "empty");
        try (TorchScope _ = new TorchScope()) {
            check(file.tensor("single", 2, 3), DType.FLOAT32, 1.5, -2, 0, 3.25, Double.POSITIVE_INFINITY, -0.0);
            check(file.tensor("double", 2), DType.FLOAT64, 0.1, -1e300);
            check(file.tensor("half", 3), DType.BFLOAT16, 1, -2.5, 3.140625);
            check(file.tensor("long", 2, 1), DType.INT64, -0x1p63, 7);
            check(file.tensor("bytes", 3), DType.UINT8, 0, 1, 255);
            check(file.tensor("mask", 3), DType.BOOL, 1, 0, 1);
            check(file.tensor("scalar"), DType.FLOAT32, 2.5);
            check(file.tensor("empty", 0, 3), DType.FLOAT32);
        }
    }

    private static void check(Tensor tensor, DType type, double... values) {
        assertThat(tensor.type()).isEqualTo(type);
        assertThat(tensor.toDoubles()).containsExactly(values);
    }
}
