package org.emfuse.llm.answer;

/**
 * The score of every answer under one expert or method: the sum of the energies of its tokens and of the end token, and
 * what follows from the sums.
 *
 * @param name the expert's or method's name
 * @param energies one sum per answer, in nats, at least 0
 */
public record AnswerSums(String name, double[] energies) {

    /** softmax(-energies): the probability of each answer among the allowed ones. */
    public double[] probabilities() {
        return probabilities(1);
    }

    /** softmax(-energies/T), T positive. */
    public double[] probabilities(double temperature) {
        double min = energies[choice()];
        double[] p = new double[energies.length];
        double sum = 0;
        for (int k = 0; k < p.length; k++) {
            p[k] = Math.exp((min - energies[k]) / temperature);
            sum += p[k];
        }
        for (int k = 0; k < p.length; k++) {
            p[k] /= sum;
        }
        return p;
    }

    /** The answer of the lowest sum, the first on ties. */
    public int choice() {
        int best = 0;
        for (int k = 1; k < energies.length; k++) {
            best = energies[k] < energies[best] ? k : best;
        }
        return best;
    }
}
