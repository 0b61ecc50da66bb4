/** A JUnit 5 extension that gives a test a virtual network in memory. */
module io.ztnio.junit {
    requires transitive io.ztnio.provider;
    requires transitive org.junit.jupiter.api;

    exports io.ztnio.junit;
}
