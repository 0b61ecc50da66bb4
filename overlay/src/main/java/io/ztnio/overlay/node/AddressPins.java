package io.ztnio.overlay.node;

import io.ztnio.overlay.store.AddressFile;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Whose the addresses of a network are: who announced one first has it until it announces others or is forgotten. Ours are
 * ours. Thread: confined to the gate.
 */
final class AddressPins {
    private final Set<InetAddress> own = new HashSet<>();
    private final Map<InetAddress, Long> owners = new HashMap<>();

    AddressPins(Iterable<InetAddress> own, Map<InetAddress, Long> stored) {
        own.forEach(this.own::add);
        owners.putAll(stored);
        owners.keySet().removeAll(this.own);
    }

    /** The node that has an address, or -1. */
    long ownerOf(InetAddress address) {
        Long owner = owners.get(address);
        return owner == null ? -1 : owner;
    }

    /** Addresses of others. */
    Map<InetAddress, Long> owners() {
        return owners;
    }

    /**
     * Gives a node the addresses that it announces, as far as nobody else has them, and takes away its others.
     *
     * @param onConflict told of the ones that somebody else has
     * @return those that it has now, in the order announced
     */
    List<InetAddress> claim(long nodeId, List<InetAddress> announced, Consumer<InetAddress> onConflict) {
        List<InetAddress> granted = announced.stream()
                .distinct()
                .filter(address -> isFreeFor(nodeId, address, onConflict))
                .toList();
        release(nodeId, granted);
        granted.forEach(address -> owners.put(address, nodeId));
        return granted;
    }

    private boolean isFreeFor(long nodeId, InetAddress address, Consumer<InetAddress> onConflict) {
        Long owner = owners.get(address);
        if (own.contains(address) || (owner != null && owner != nodeId)) {
            onConflict.accept(address);
            return false;
        }
        return isUnicast(address) && (owner != null || owners.size() < AddressFile.MAX_OTHERS);
    }

    private static boolean isUnicast(InetAddress address) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress() && !address.isLoopbackAddress();
    }

    /** Takes away a node's addresses, except some. */
    void release(long nodeId, List<InetAddress> except) {
        Iterator<Map.Entry<InetAddress, Long>> entries = owners.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<InetAddress, Long> entry = entries.next();
            if (entry.getValue() == nodeId && !except.contains(entry.getKey())) {
                entries.remove();
            }
        }
    }
}
