package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A DNS server over UDP that says what it is asked for. Arguments: own address, the address that it gives to names, and
 * the name that it knows, or {@code *} for every name but those that begin with {@code nx.} Of names that it does not know it says so; pointers lead to the name.
 */
public final class NameServer {
    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int A = 1;
    private static final int PTR = 12;
    private static final short ANSWER = (short) 0x8180;
    private static final short NO_SUCH_NAME = (short) 0x8183;
    private static final short POINTER_TO_QUESTION = (short) 0xc00c;
    private static final int TTL_SECONDS = 60;

    private NameServer() {}

    public static void main(String[] arguments) throws IOException {
        byte[] address = InetAddress.getByName(arguments[1]).getAddress();
        String known = arguments[2];
        try (DatagramChannel channel = DatagramChannel.open().bind(new InetSocketAddress(arguments[0], PORT))) {
            System.out.println("the name server is there");
            ByteBuffer buffer = ByteBuffer.allocate(2000);
            while (true) {
                InetSocketAddress client = (InetSocketAddress) channel.receive(buffer.clear());
                buffer.flip();
                channel.send(answer(buffer, address, known), client);
            }
        }
    }

    private static ByteBuffer answer(ByteBuffer query, byte[] address, String known) {
        StringBuilder name = new StringBuilder();
        query.position(HEADER);
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        int type = query.getShort();
        query.getShort();
        int end = query.position();
        String asked = name.toString().toLowerCase(Locale.ROOT);
        System.out.println("asked " + asked + " " + type);
        boolean isKnown = (known.equals("*") && !asked.startsWith("nx.")) || known.equals(asked) || type == PTR;
        byte[] data = type == A ? address : type == PTR ? wire(known) : null;
        ByteBuffer answer = ByteBuffer.allocate(1000);
        answer.putShort(query.getShort(0)).putShort(isKnown ? ANSWER : NO_SUCH_NAME);
        answer.putShort((short) 1)
                .putShort((short) (isKnown && data != null ? 1 : 0))
                .putInt(0);
        answer.put(query.limit(end).position(HEADER));
        if (isKnown && data != null) {
            answer.putShort(POINTER_TO_QUESTION).putShort((short) type).putShort((short) 1);
            answer.putInt(TTL_SECONDS).putShort((short) data.length).put(data);
        }
        return answer.flip();
    }

    private static byte[] wire(String name) {
        ByteBuffer bytes = ByteBuffer.allocate(300);
        for (String label : name.split("\\.", -1)) {
            bytes.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        bytes.put((byte) 0).flip();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }
}
