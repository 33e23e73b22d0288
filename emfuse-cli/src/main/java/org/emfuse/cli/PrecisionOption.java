package org.emfuse.cli;

import java.util.List;

import org.emfuse.rl.env.Names;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Processor;
import picocli.CommandLine.Option;

/** The type in which derivatives along chains are computed. */
final class PrecisionOption {

    @Option(names = "--precision", paramLabel = "P", defaultValue = "fastest", description = "Of derivatives along chains: float32, bfloat16, or fastest (bfloat16 where the processor multiplies it). Default: ${DEFAULT-VALUE}.")
    private String precision = "fastest";

    DType type() {
        return switch (Names.known("precision", precision, List.of("float32", "bfloat16", "fastest"))) {
            case "float32" -> DType.FLOAT32;
            case "bfloat16" -> DType.BFLOAT16;
            default -> Processor.fastest();
        };
    }
}
