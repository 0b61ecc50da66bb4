package io.ztnio.provider.instance;

import io.ztnio.provider.ZeroTierNetwork;
import io.ztnio.provider.ZeroTierNetwork.State;
import io.ztnio.provider.ZeroTierPeer;
import io.ztnio.provider.ZeroTierStatus;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.service.ServedNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An instance that starts or does not, and whose network stands as it is told. */
record FakeInstance(State state, Optional<IOException> failure) implements Instance {
    @Override
    public VirtualNetworks networks() {
        return VirtualNetworks.NONE;
    }

    @Override
    public boolean awaitStart(long timeout, TimeUnit unit) throws IOException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        return true;
    }

    @Override
    public ZeroTierStatus status() {
        return new ZeroTierStatus(
                "0123456789",
                true,
                true,
                List.of(),
                List.of(new ZeroTierNetwork(
                        "0123456789000001",
                        "",
                        state,
                        List.of(),
                        Optional.empty(),
                        ZeroTierNetwork.Dns.NONE,
                        Optional.empty(),
                        "as it is",
                        NetworkSettings.DEFAULT)));
    }

    @Override
    public ServedNode control() {
        throw new UnsupportedOperationException("there is no node");
    }

    @Override
    public List<ZeroTierPeer> peers() {
        return List.of();
    }

    @Override
    public void onChange(Runnable listener) {
        // Nothing changes.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
