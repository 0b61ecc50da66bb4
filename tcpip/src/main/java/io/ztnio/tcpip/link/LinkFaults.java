package io.ztnio.tcpip.link;

/**
 * What a {@link FaultInjector} does to the frames of one direction. Probabilities are from 0 to 1, each frame's own.
 *
 * @param loss that a frame is lost
 * @param duplication that it comes twice, one behind the other
 * @param corruption that one bit of it is turned round: IP and what it carries notice, ARP has no checksum
 * @param reordering that it comes behind the next frame
 * @param bytesPerSecond more than that is lost, IP or ARP header and payload counted; 0 for no limit
 * @param burstBytes what may pass at once after a pause, at least as much as the largest frame if there is a limit
 */
public record LinkFaults(
        double loss, double duplication, double corruption, double reordering, long bytesPerSecond, int burstBytes) {
    /** A link without faults. */
    public static final LinkFaults NONE = new LinkFaults(0, 0, 0, 0, 0, 0);

    public LinkFaults {
        requireProbability("loss", loss);
        requireProbability("duplication", duplication);
        requireProbability("corruption", corruption);
        requireProbability("reordering", reordering);
        if (bytesPerSecond < 0 || burstBytes < 0 || (bytesPerSecond > 0 && burstBytes == 0)) {
            throw new IllegalArgumentException("A rate of " + bytesPerSecond + " bytes a second with bursts of "
                    + burstBytes + " lets nothing pass; use 0 for no limit, or a burst of at least a frame");
        }
    }

    public LinkFaults withLoss(double probability) {
        return new LinkFaults(probability, duplication, corruption, reordering, bytesPerSecond, burstBytes);
    }

    public LinkFaults withDuplication(double probability) {
        return new LinkFaults(loss, probability, corruption, reordering, bytesPerSecond, burstBytes);
    }

    public LinkFaults withCorruption(double probability) {
        return new LinkFaults(loss, duplication, probability, reordering, bytesPerSecond, burstBytes);
    }

    public LinkFaults withReordering(double probability) {
        return new LinkFaults(loss, duplication, corruption, probability, bytesPerSecond, burstBytes);
    }

    /** With a rate, and what may pass at once after a pause. */
    public LinkFaults withRate(long bytesASecond, int bytesAtOnce) {
        return new LinkFaults(loss, duplication, corruption, reordering, bytesASecond, bytesAtOnce);
    }

    private static void requireProbability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("The probability of " + name + " is " + value + ", not from 0 to 1");
        }
    }
}
