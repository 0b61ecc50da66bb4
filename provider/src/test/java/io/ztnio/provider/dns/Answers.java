package io.ztnio.provider.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/** A server's answers, word by word. */
public final class Answers {
    private final Message message;

    private Answers(Message message) {
        this.message = message;
    }

    /** To a query as it came over the wire. */
    public static Answers to(byte[] query) {
        try {
            Message asked = new Message(query);
            Message answer = new Message(asked.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.getHeader().setFlag(Flags.RA);
            answer.addRecord(asked.getQuestion(), Section.QUESTION);
            return new Answers(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Record question(byte[] query) {
        try {
            return new Message(query).getQuestion();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean hasEdns(byte[] query) {
        try {
            return new Message(query).getOPT() != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Answers address(String owner, long ttl, String literal) {
        InetAddress address = ip(literal);
        message.addRecord(
                address.getAddress().length == 4
                        ? new ARecord(name(owner), DClass.IN, ttl, address)
                        : new AAAARecord(name(owner), DClass.IN, ttl, address),
                Section.ANSWER);
        return this;
    }

    public Answers alias(String owner, long ttl, String target) {
        message.addRecord(new CNAMERecord(name(owner), DClass.IN, ttl, name(target)), Section.ANSWER);
        return this;
    }

    public Answers pointer(String owner, long ttl, String target) {
        message.addRecord(new PTRRecord(name(owner), DClass.IN, ttl, name(target)), Section.ANSWER);
        return this;
    }

    public Answers start(String zone, long ttl, long minimum) {
        message.addRecord(
                new SOARecord(
                        name(zone), DClass.IN, ttl, name("ns." + zone), name("admin." + zone), 1, 1, 1, 1, minimum),
                Section.AUTHORITY);
        return this;
    }

    public Answers referral(String zone, String server) {
        message.addRecord(new NSRecord(name(zone), DClass.IN, 60, name(server)), Section.AUTHORITY);
        return this;
    }

    public Answers code(int code) {
        message.getHeader().setRcode(code);
        return this;
    }

    public Answers truncated() {
        message.getHeader().setFlag(Flags.TC);
        return this;
    }

    public Answers id(int id) {
        message.getHeader().setID(id);
        return this;
    }

    public Answers withoutQuestion() {
        message.removeAllRecords(Section.QUESTION);
        return this;
    }

    public byte[] bytes() {
        return message.toWire();
    }

    static List<InetAddress> ips(String... literals) {
        return java.util.Arrays.stream(literals).map(Answers::ip).toList();
    }
}
