package io.ztnio.provider.dns;

import org.xbill.DNS.Type;

/** What is asked for. */
public enum DnsType {
    A(Type.A),
    AAAA(Type.AAAA),
    PTR(Type.PTR);

    final int code;

    DnsType(int code) {
        this.code = code;
    }
}
