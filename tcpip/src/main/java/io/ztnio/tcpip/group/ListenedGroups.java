package io.ztnio.tcpip.group;

import io.ztnio.tcpip.endpoint.SourceFilter;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What all listeners together want to hear on one link (RFC 3376 3.2). Thread: confined to the gate. */
public final class ListenedGroups {
    private final Map<InetAddress, Map<Object, SourceFilter>> listeners = new LinkedHashMap<>();
    private final Map<InetAddress, SourceFilter> merged = new LinkedHashMap<>();

    /** Replaces what a listener, known by identity, wants of a group. */
    public void set(Object listener, InetAddress group, SourceFilter filter) {
        Map<Object, SourceFilter> ofGroup = listeners.computeIfAbsent(group, key -> new LinkedHashMap<>());
        if (filter.isNone()) {
            ofGroup.remove(listener);
        } else {
            ofGroup.put(listener, filter);
        }
        if (ofGroup.isEmpty()) {
            listeners.remove(group);
            merged.remove(group);
        } else {
            merged.put(group, ofGroup.values().stream().reduce(SourceFilter.NONE, SourceFilter::or));
        }
    }

    /** What at least one listener wants. */
    public SourceFilter filter(InetAddress group) {
        return merged.getOrDefault(group, SourceFilter.NONE);
    }

    /** The groups that anybody listens to. */
    public Set<InetAddress> groups() {
        return merged.keySet();
    }

    public void clear() {
        listeners.clear();
        merged.clear();
    }
}
