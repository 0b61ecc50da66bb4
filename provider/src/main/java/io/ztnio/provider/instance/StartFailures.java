package io.ztnio.provider.instance;

import io.ztnio.overlay.identity.DamagedIdentityException;
import io.ztnio.protocol.node.DamagedStateException;
import io.ztnio.protocol.node.NodeState;
import io.ztnio.protocol.store.HomeInUseException;
import io.ztnio.provider.ZeroTierException;
import io.ztnio.provider.ZeroTierException.Reason;
import io.ztnio.provider.runtime.PlanetException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/** Why a node did not start, as a reason. Stateless. */
final class StartFailures {
    private StartFailures() {}

    static ZeroTierException of(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<Reason> reason = reason(cause);
            if (reason.isPresent()) {
                return new ZeroTierException(reason.get(), "", failure.getMessage(), failure);
            }
        }
        return new ZeroTierException(Reason.OTHER, "", failure.getMessage(), failure);
    }

    private static Optional<Reason> reason(Throwable cause) {
        if (cause instanceof BindException bind) {
            boolean taken = String.valueOf(bind.getMessage()).contains("in use");
            return Optional.of(taken ? Reason.PORT_IN_USE : Reason.CANNOT_BIND);
        }
        if (cause instanceof DamagedStateException damaged) {
            return Optional.of(
                    damaged.key().equals(NodeState.PLANET) ? Reason.PLANET_UNREADABLE : Reason.DAMAGED_IDENTITY);
        }
        if (cause instanceof DamagedIdentityException) {
            return Optional.of(Reason.DAMAGED_IDENTITY);
        }
        if (cause instanceof PlanetException planet) {
            return Optional.of(
                    switch (planet.kind()) {
                        case UNREADABLE -> Reason.PLANET_UNREADABLE;
                        case REFUSED -> Reason.PLANET_REFUSED;
                        case OUT_OF_REACH -> Reason.NO_ROOT_REACHABLE;
                    });
        }
        if (cause instanceof HomeInUseException) {
            return Optional.of(Reason.HOME_IN_USE);
        }
        return cause instanceof FileSystemException ? Optional.of(Reason.HOME_UNUSABLE) : Optional.empty();
    }
}
