"""Development check: writes a quantised GGUF model with its weights expanded to float32, exactly as they are.

Usage: float32.py MODEL.gguf OUT.gguf          (needs the Python packages gguf and numpy)

An experts file with OUT as its base shows what is left of a difference when the engine does not round activations.
"""
import sys

import gguf
import numpy as np


def main():
    reader = gguf.GGUFReader(sys.argv[1])
    writer = gguf.GGUFWriter(sys.argv[2], reader.fields["general.architecture"].contents())
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        kind = field.types[0]
        if name == "general.file_type":
            writer.add_uint32(name, 0)
        elif kind == gguf.GGUFValueType.ARRAY:
            writer.add_key_value(name, field.contents(), kind, field.types[-1])
        else:
            writer.add_key_value(name, field.contents(), kind)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
