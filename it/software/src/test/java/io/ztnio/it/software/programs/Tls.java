package io.ztnio.it.software.programs;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS of the programs: one key store is the server's key and what clients trust. Stateless. */
final class Tls {
    static final String PASSWORD = "changeit";

    private Tls() {}

    static SSLContext context(String keyStore) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys(keyStore).getKeyManagers(), trust(keyStore).getTrustManagers(), null);
        return context;
    }

    static KeyManagerFactory keys(String keyStore) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(keyStore), PASSWORD.toCharArray());
        return keys;
    }

    static TrustManagerFactory trust(String keyStore) throws Exception {
        KeyStore own = load(keyStore);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", own.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return trust;
    }

    static KeyStore load(String keyStore) throws Exception {
        try (InputStream in = Files.newInputStream(Path.of(keyStore))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            return store;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(keyStore, e);
        }
    }
}
