import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;

/** {@code write FILE}: tensors of every type. {@code copy FROM TO}: reads every tensor of a file and writes it again. */
public class SafetensorsExchange {

    public static void main(String[] args) {
        try (TorchScope _ = new TorchScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            if (args[0].equals("write")) {
                TorchRandom random = new TorchRandom(1);
                Tensor normal = random.normal(7, 5);
                tensors.put("mask", normal.greater(0));
                tensors.put("bytes", random.state());
                for (DType type : new DType[]{DType.FLOAT32, DType.FLOAT64, DType.BFLOAT16}) {
                    tensors.put("normal " + type, normal.to(type).transpose(0, 1));
                }
                tensors.put("long", normal.mul(1e9).to(DType.INT64));
                tensors.put("größe", normal.select(0, 0).select(0, 0));
                tensors.put("empty", normal.narrow(0, 0, 0));
                SafetensorsFile.write(Path.of(args[1]), tensors, Map.of("note", "größer \"so\"\n"));
            } else {
                SafetensorsFile from = SafetensorsFile.open(Path.of(args[1]));
                from.names().forEach(name -> tensors.put(name, from.tensor(name)));
                SafetensorsFile.write(Path.of(args[2]), tensors, from.metadata());
            }
        }
    }
}
