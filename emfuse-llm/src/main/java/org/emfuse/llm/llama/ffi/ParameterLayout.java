package org.emfuse.llm.llama.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Where the few fields lie that are written into the engine's parameter structs, and the canary that refuses structs in
 * which they lie elsewhere (spec 10 §2).
 *
 * @param gpuLayersOffset of {@code n_gpu_layers} in the model parameters, -1 where it is not certain
 * @param kvUnifiedOffset of {@code kv_unified} in the context parameters, -1 where there is none or it is not certain
 * @param flashAttentionOffset of {@code flash_attn_type} in the context parameters, -1 likewise
 */
record ParameterLayout(int gpuLayersOffset, int kvUnifiedOffset, int flashAttentionOffset) {

    static final int N_CTX = 0;
    static final int N_BATCH = 4;
    static final int N_UBATCH = 8;
    static final int N_SEQ_MAX = 12;

    /**
     * Known defaults of the flags at the end of the context parameters: embeddings, offload_kqv, no_perf, op_offload,
     * swa_full, kv_unified.
     */
    private static final byte[] FLAGS = {0, 1, 1, 1, 1, 0};

    /** Defaults in a row that are -1, "automatic": rope_scaling_type, pooling_type, attention_type, flash_attn_type. */
    private static final int AUTOMATIC = 4;

    private static final int LAST_CHOICE = 64;
    private static final int FIRST_FLAG = 64;
    private static final int LAST_FLAG = 192;

    /** Reads known defaults back and finds the fields, or refuses. */
    static ParameterLayout read(Path library, MemorySegment model, MemorySegment context) {
        int ctx = context.get(JAVA_INT, N_CTX);
        int batch = context.get(JAVA_INT, N_BATCH);
        int ubatch = context.get(JAVA_INT, N_UBATCH);
        int sequences = context.get(JAVA_INT, N_SEQ_MAX);
        if (ctx < 0 || ctx > 1 << 20 || batch < 32 || batch > 1 << 20 || ubatch < 1 || ubatch > batch
                || sequences != 1) {
            throw new LlamaException("the engine library " + library + " has context parameters of an unknown layout:"
                    + " expected defaults like n_ctx 512, n_batch 2048, n_ubatch 512, n_seq_max 1, found " + ctx + ", "
                    + batch + ", " + ubatch + ", " + sequences + ". Use --engine embedded or another build.", null);
        }
        return new ParameterLayout(gpuLayers(model), kvUnified(context), flashAttention(context));
    }

    /** n_gpu_layers is followed by split_mode, whose default is 1; it moved when a pointer was put before it. */
    private static int gpuLayers(MemorySegment model) {
        if (model.get(JAVA_INT, 8) == 0 && model.get(JAVA_INT, 12) == 1) {
            return 8;
        }
        int moved = model.get(JAVA_INT, 16);
        return (moved == -1 || moved == 0 || moved == 999) && model.get(JAVA_INT, 20) == 1 ? 16 : -1;
    }

    /** The last of the defaults that are -1, if there are exactly four in a row; older builds have three and a flag. */
    private static int flashAttention(MemorySegment context) {
        int first = N_SEQ_MAX + 4;
        while (first < LAST_CHOICE && context.get(JAVA_INT, first) != -1) {
            first += 4;
        }
        int end = first;
        while (end < LAST_CHOICE && context.get(JAVA_INT, end) == -1) {
            end += 4;
        }
        return end - first == AUTOMATIC * 4 ? end - 4 : -1;
    }

    /** The place of kv_unified if the pattern of flags occurs exactly once. */
    private static int kvUnified(MemorySegment context) {
        int found = -1;
        for (int offset = FIRST_FLAG; offset < LAST_FLAG; offset += 4) {
            if (matches(context, offset)) {
                if (found >= 0) {
                    return -1;
                }
                found = offset + FLAGS.length - 1;
            }
        }
        return found;
    }

    private static boolean matches(MemorySegment context, int offset) {
        for (int k = 0; k < FLAGS.length; k++) {
            if (context.get(JAVA_BYTE, offset + k) != FLAGS[k]) {
                return false;
            }
        }
        return true;
    }
}
