package io.ztnio.protocol.transport;

/**
 * Which of several sockets to ask for datagrams: first the one that had some last, and the others, each of which costs a
 * system call, when that has none or has had its way for a while. Thread: belongs to the receiving one.
 */
final class ReceiveTurns {
    private static final int PATIENCE = 8;

    private int favourite;
    private int turnsOfFavourite;

    /** Moves what a socket has to a batch, until it is full. */
    @FunctionalInterface
    interface Source {
        void drain(int socket, DatagramBatch batch);
    }

    /** Fills {@code batch} from sockets 0 to {@code sockets - 1}, as far as they have something. */
    void receive(int sockets, DatagramBatch batch, Source source) {
        int before = batch.size();
        source.drain(favourite, batch);
        if (batch.size() > before && ++turnsOfFavourite < PATIENCE) {
            return;
        }
        turnsOfFavourite = 0;
        int first = favourite;
        for (int i = 1; i < sockets && !batch.isFull(); i++) {
            int socket = (first + i) % sockets;
            before = batch.size();
            source.drain(socket, batch);
            if (batch.size() > before) {
                favourite = socket;
            }
        }
    }
}
