package io.ztnio.protocol.capture;

import java.util.Map;

/** Numbers of link types in capture files (tcpdump.org/linktypes.html). */
public final class LinkTypes {
    static final int NULL = 0;
    static final int ETHERNET = 1;
    static final int PPP = 9;
    /** What some systems write for {@link #RAW}; OpenBSD writes 12 for {@link #LOOP} and 14 for raw. */
    static final int RAW_12 = 12;

    static final int RAW_14 = 14;
    static final int RAW = 101;
    static final int LOOP = 108;
    static final int LINUX_COOKED = 113;
    static final int IPV4 = 228;
    static final int IPV6 = 229;
    static final int LINUX_COOKED_2 = 276;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(6, "IEEE802_5"),
            Map.entry(8, "SLIP"),
            Map.entry(10, "FDDI"),
            Map.entry(50, "PPP_HDLC"),
            Map.entry(51, "PPP_ETHER"),
            Map.entry(104, "C_HDLC"),
            Map.entry(105, "IEEE802_11"),
            Map.entry(117, "PFLOG"),
            Map.entry(119, "IEEE802_11_PRISM"),
            Map.entry(127, "IEEE802_11_RADIOTAP"),
            Map.entry(163, "IEEE802_11_AVS"),
            Map.entry(187, "BLUETOOTH_HCI_H4"),
            Map.entry(189, "USB_LINUX"),
            Map.entry(192, "PPI"),
            Map.entry(195, "IEEE802_15_4_WITHFCS"),
            Map.entry(201, "BLUETOOTH_HCI_H4_WITH_PHDR"),
            Map.entry(220, "USB_LINUX_MMAPPED"),
            Map.entry(227, "CAN_SOCKETCAN"),
            Map.entry(239, "NFLOG"),
            Map.entry(249, "USBPCAP"),
            Map.entry(253, "NETLINK"));

    private LinkTypes() {}

    /** Its number, with the name where it has a common one. */
    public static String describe(int linkType) {
        String name = NAMES.get(linkType);
        return name == null ? Integer.toString(linkType) : linkType + " (" + name + ")";
    }

    /** Whether IP packets of this link type are found. */
    static boolean isKnown(int linkType) {
        return switch (linkType) {
            case NULL, ETHERNET, PPP, RAW_12, RAW_14, RAW, LOOP, LINUX_COOKED, IPV4, IPV6, LINUX_COOKED_2 -> true;
            default -> false;
        };
    }
}
