package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.controller.ControlledNetwork.Entry;
import io.ztnio.protocol.identity.Identity;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How members are told to sign in ({@code protocol.md} 6.9). By OpenID Connect each has a nonce of its own, and a state that only
 * this controller can have made of it: whoever sees both come back from the issuer knows whom to let in.
 *
 * <p>Thread: confined to the node.
 */
final class SignInOffers {
    /** A nonce that nobody has signed in with for so long is replaced. */
    static final long NONCE_MILLIS = 300_000;

    private static final int NONCE_BYTES = 16;
    private static final String MAC = "HmacSHA384";
    private static final int VERSION = 1;

    private final byte[] key;
    private final RandomGenerator random;

    SignInOffers(Identity identity, RandomGenerator random) {
        this.key = identity.derive("sign-in");
        this.random = random;
    }

    /** How a member signs in, or has done. */
    SingleSignOn offer(NetworkDefinition network, Entry entry, long nowMillis) {
        OpenIdService service = network.openId();
        if (!network.needsSignIn() || entry.definition.signIn().isExempt()) {
            return SingleSignOn.NONE;
        }
        long until = entry.definition.signIn().untilMillis();
        if (!service.isUsed()) {
            return SingleSignOn.at(network.signInUrl(), until);
        }
        boolean isOld = nowMillis - entry.signInNonceMillis >= NONCE_MILLIS && until <= nowMillis;
        if (entry.signInNonce == null || isOld) {
            entry.signInNonce = new byte[NONCE_BYTES];
            random.nextBytes(entry.signInNonce);
            entry.signInNonceMillis = nowMillis;
        }
        HexFormat hex = HexFormat.of();
        return new SingleSignOn(
                VERSION,
                true,
                service.issuer(),
                0,
                service.redirectUrl(),
                hex.formatHex(entry.signInNonce),
                hex.formatHex(mac(entry.signInNonce)) + "_" + NetworkId.format(network.networkId()),
                service.clientId(),
                service.provider().isEmpty() ? SingleSignOn.NONE.provider() : service.provider());
    }

    private byte[] mac(byte[] nonce) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(nonce);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }
}
