package io.ztnio.protocol.node;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.world.World;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Something that happened to a node. Immutable. As text, in the notation of the field: addresses are ten hexadecimal digits. */
public sealed interface NodeEvent {
    /** A root answers: identities can be asked for, and packets relayed. */
    record Online() implements NodeEvent {}

    /** No root has answered for a while. */
    record Offline() implements NodeEvent {}

    /** A root knows another node with our address: this identity must be replaced. */
    record IdentityCollision() implements NodeEvent {}

    /** A peer sent a USER_MESSAGE. */
    record UserMessage(long sender, long type, Bytes data) implements NodeEvent {
        @Override
        public String toString() {
            return "UserMessage[sender=" + Address.format(sender) + ", type=" + type + ", " + data.length() + " bytes]";
        }
    }

    /**
     * A peer sent a REMOTE_TRACE ({@code protocol.md} 4.20): a network's configuration has its members tell us.
     *
     * @param trace a dictionary, 1 to 10,000 bytes; anybody may have sent it, and nothing in it is checked
     */
    record RemoteTrace(long sender, Bytes trace) implements NodeEvent {
        @Override
        public String toString() {
            return "RemoteTrace[sender=" + Address.format(sender) + ", " + trace.length() + " bytes]";
        }
    }

    /** Packets to a peer go to it directly from now on. */
    record PeerDirect(long address, InetSocketAddress remote) implements NodeEvent {
        @Override
        public String toString() {
            return "PeerDirect[address=" + Address.format(address) + ", remote=" + remote + "]";
        }
    }

    /** Packets to a peer go through a root from now on. */
    record PeerRelayed(long address) implements NodeEvent {
        @Override
        public String toString() {
            return "PeerRelayed[address=" + Address.format(address) + "]";
        }
    }

    /** The planet or a moon was replaced by a newer version. */
    record WorldUpdated(World world) implements NodeEvent {
        @Override
        public String toString() {
            return String.format("WorldUpdated[%s %016x]", world.type(), world.id());
        }
    }

    /** Something could not be written to the state store. The node works on without. */
    record StoreFailed(String key, IOException cause) implements NodeEvent {}
}
