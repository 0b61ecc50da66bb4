package io.ztnio.protocol.vl1;

/** The software version that HELLO and OK(HELLO) announce. */
final class SoftwareVersion {
    static final int MAJOR = 0;
    static final int MINOR = 1;
    static final int REVISION = 0;

    private SoftwareVersion() {}
}
