package io.ztnio.protocol.network;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which member has an IP address, by the certificates of ownership that members have shown ({@code protocol.md} 6.8). Of two
 * certificates for one address the later one counts.
 *
 * <p>Thread: changed by the node's thread only, asked by any.
 */
final class AddressOwners {
    static final int MAX_ADDRESSES = 16_384;

    private record Owner(long member, int certificate, long timestampMillis) {}

    private final Map<InetAddress, Owner> owners = new ConcurrentHashMap<>();

    /** A certificate is kept from now on. */
    void add(CertificateOfOwnership certificate) {
        Owner owner = new Owner(certificate.issuedTo(), certificate.id(), certificate.timestampMillis());
        for (InetAddress ip : certificate.ips()) {
            Owner known = owners.get(ip);
            boolean later = known == null || known.timestampMillis() < owner.timestampMillis();
            if (later && (known != null || owners.size() < MAX_ADDRESSES)) {
                owners.put(ip, owner);
            }
        }
    }

    /** A certificate is not kept any more, or was revoked. */
    void remove(CertificateOfOwnership certificate) {
        for (InetAddress ip : certificate.ips()) {
            owners.computeIfPresent(
                    ip,
                    (key, owner) -> owner.member() == certificate.issuedTo() && owner.certificate() == certificate.id()
                            ? null
                            : owner);
        }
    }

    /** The member, or -1 if no certificate that is valid under the configuration says who it is. */
    long memberOf(byte[] ip, NetworkConfig config) {
        Owner owner = owners.get(SocketAddressField.address(ip));
        boolean valid = owner != null
                && Member.isWithin(
                        config.credentialTimeMaxDeltaMillis(), owner.timestampMillis(), config.timestampMillis());
        return valid ? owner.member() : -1;
    }

    int size() {
        return owners.size();
    }
}
