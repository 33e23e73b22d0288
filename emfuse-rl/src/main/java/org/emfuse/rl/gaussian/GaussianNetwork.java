package org.emfuse.rl.gaussian;

import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;

/**
 * Members that each give two numbers per target coordinate for a slice: mean, and log-variance before it is bounded. Inputs are
 * standardised as an encoder's: states [n, d], actions [n, k, p] right-aligned, lengths [n]. Differentiable.
 */
interface GaussianNetwork {

    /** Outputs [members, n, 2 (d + 1)] of all members for the same n slices. */
    Tensor all(Tensor starts, Tensor actions, Tensor lengths);

    /**
     * Outputs in training, where each member has slices of its own: the first n/members are the first one's.
     *
     * @param noise of what is left out at random
     * @return [members, n/members, 2 (d + 1)]
     */
    Tensor own(Tensor starts, Tensor actions, Tensor lengths, TorchRandom noise);

    /** Takes over one member's weights from a network of the same shape. */
    void copyMember(GaussianNetwork source, int member);
}
