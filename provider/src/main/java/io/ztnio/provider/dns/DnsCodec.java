package io.ztnio.provider.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Writes queries and reads what comes back, which may be anything.
 *
 * <p>Thread: stateless.
 */
final class DnsCodec {
    /** What fits into a datagram on every network (the DNS flag day of 2020), and into our MTUs. */
    static final int DATAGRAM_BYTES = 1232;

    /** Aliases within one answer, and of one question over several. */
    static final int MAX_ALIASES = 8;

    /** Addresses of one answer; more are left out. */
    static final int MAX_ADDRESSES = 64;

    private static final long MAX_TTL_SECONDS = 86_400;
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");

    private DnsCodec() {}

    /**
     * A query that asks for recursion.
     *
     * @param id 16 bits
     * @param edns whether to say how long an answer may be, which old servers do not understand
     */
    static byte[] query(DnsQuestion question, int id, boolean edns) {
        Message message = new Message(id);
        message.getHeader().setFlag(Flags.RD);
        message.addRecord(Record.newRecord(name(question.name()), question.type().code, DClass.IN), Section.QUESTION);
        if (edns) {
            message.addRecord(new OPTRecord(DATAGRAM_BYTES, 0, 0), Section.ADDITIONAL);
        }
        return message.toWire();
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (IOException e) {
            throw new IllegalArgumentException(text + " is not a domain name: " + e.getMessage(), e);
        }
    }

    /** Whether a question can be written about it. */
    static boolean isName(String text) {
        try {
            return HOST_NAME.matcher(text).matches() && name(text).length() > 1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What a message says to a question; empty if it is not an answer to it, or none at all. */
    static Optional<DnsReply> reply(byte[] bytes, DnsQuestion question, int id) {
        try {
            Message message = new Message(bytes);
            return isAnswer(message, question, id) ? Optional.of(read(message, question)) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            // Whatever the reader finds wrong with it.
            return Optional.empty();
        }
    }

    private static boolean isAnswer(Message message, DnsQuestion question, int id) {
        Header header = message.getHeader();
        if (header.getID() != id || !header.getFlag(Flags.QR) || header.getOpcode() != Opcode.QUERY) {
            return false;
        }
        Record asked = message.getQuestion();
        if (asked == null) {
            // Who did not understand the query may not repeat it.
            return message.getRcode() == Rcode.FORMERR || message.getRcode() == Rcode.NOTIMP;
        }
        return asked.getName().equals(name(question.name()))
                && asked.getType() == question.type().code
                && asked.getDClass() == DClass.IN
                && message.getSection(Section.QUESTION).size() == 1;
    }

    private static DnsReply read(Message message, DnsQuestion question) {
        int code = message.getRcode();
        if (message.getHeader().getFlag(Flags.TC)) {
            return DnsReply.truncated();
        }
        return switch (code) {
            case Rcode.NOERROR, Rcode.NXDOMAIN -> answer(message, question, code == Rcode.NXDOMAIN);
            case Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS -> DnsReply.notUnderstood(Rcode.string(code));
            default -> DnsReply.error(Rcode.string(code));
        };
    }

    private static DnsReply answer(Message message, DnsQuestion question, boolean noSuchName) {
        List<Record> records = message.getSection(Section.ANSWER);
        Name owner = name(question.name());
        long ttl = MAX_TTL_SECONDS;
        int aliases = 0;
        for (Record alias = alias(records, owner); alias != null; alias = alias(records, owner)) {
            if (++aliases > MAX_ALIASES) {
                return DnsReply.error("a chain of more than " + MAX_ALIASES + " aliases");
            }
            ttl = Math.min(ttl, ttl(alias));
            owner = ((CNAMERecord) alias).getTarget();
        }
        List<InetAddress> addresses = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Record record : records) {
            if (!record.getName().equals(owner) || record.getDClass() != DClass.IN) {
                continue;
            }
            if (take(record, question.type(), addresses, names)) {
                ttl = Math.min(ttl, ttl(record));
            }
        }
        if (!addresses.isEmpty() || !names.isEmpty()) {
            return DnsReply.of(DnsOutcome.answer(addresses, names, ttl));
        }
        if (noSuchName) {
            return DnsReply.of(DnsOutcome.nothing(Math.min(ttl, negativeTtl(message))));
        }
        if (aliases > 0) {
            return isStart(message) ? negative(message, ttl) : aliasOf(owner, ttl);
        }
        return isReferral(message)
                ? DnsReply.error("it refers to other servers, for it does not resolve for others")
                : negative(message, ttl);
    }

    private static DnsReply aliasOf(Name target, long ttl) {
        String text = target.toString(true);
        return isName(text) ? DnsReply.alias(text, ttl) : DnsReply.error("an alias of a name that is none");
    }

    private static DnsReply negative(Message message, long ttl) {
        return DnsReply.of(DnsOutcome.nothing(Math.min(ttl, negativeTtl(message))));
    }

    /** Whether it is said that the end of the chain has nothing of this type (RFC 2308 2.2). */
    private static boolean isStart(Message message) {
        return message.getSection(Section.AUTHORITY).stream().anyMatch(record -> record.getType() == Type.SOA);
    }

    /** RFC 2308 2.2: neither an answer nor a start of authority, but name servers. */
    private static boolean isReferral(Message message) {
        return !isStart(message)
                && message.getSection(Section.AUTHORITY).stream().anyMatch(record -> record.getType() == Type.NS);
    }

    private static boolean take(Record record, DnsType type, List<InetAddress> addresses, List<String> names) {
        switch (type) {
            case A -> {
                return record instanceof ARecord a && add(a.getAddress(), addresses);
            }
            case AAAA -> {
                return record instanceof AAAARecord aaaa && add(aaaa.getAddress(), addresses);
            }
            default -> {
                String name = record instanceof PTRRecord ptr ? ptr.getTarget().toString(true) : "";
                return HOST_NAME.matcher(name).matches() && names.size() < MAX_ADDRESSES && names.add(name);
            }
        }
    }

    /** Without the name that dnsjava puts into addresses. */
    private static boolean add(InetAddress address, List<InetAddress> addresses) {
        try {
            InetAddress bare = InetAddress.getByAddress(address.getAddress());
            return !addresses.contains(bare) && addresses.size() < MAX_ADDRESSES && addresses.add(bare);
        } catch (java.net.UnknownHostException e) {
            return false;
        }
    }

    private static Record alias(List<Record> records, Name owner) {
        return records.stream()
                .filter(record -> record instanceof CNAMERecord
                        && record.getDClass() == DClass.IN
                        && record.getName().equals(owner))
                .findFirst()
                .orElse(null);
    }

    /** RFC 2308 5; without a start of authority it is not to be kept. */
    private static long negativeTtl(Message message) {
        return message.getSection(Section.AUTHORITY).stream()
                .filter(SOARecord.class::isInstance)
                .mapToLong(record -> Math.min(ttl(record), ((SOARecord) record).getMinimum()))
                .findFirst()
                .orElse(0);
    }

    /** RFC 2181 8: the topmost bit set means 0. */
    private static long ttl(Record record) {
        long ttl = record.getTTL();
        return ttl > Integer.MAX_VALUE ? 0 : Math.min(ttl, MAX_TTL_SECONDS);
    }
}
