package io.ztnio.provider.selector;

import java.nio.channels.SelectableChannel;

/**
 * A channel that is none of ours but that the JDK's selectors take, such as those of SCTP. Thread: immutable.
 */
final class ForeignChannel implements Facade {
    private final SelectableChannel channel;
    private final FacadeKeys keys = new FacadeKeys(this);

    ForeignChannel(SelectableChannel channel) {
        this.channel = channel;
    }

    @Override
    public FacadeKeys keys() {
        return keys;
    }

    @Override
    public SelectableChannel hostChannel() {
        return channel;
    }

    @Override
    public int readyOps() {
        return 0;
    }
}
