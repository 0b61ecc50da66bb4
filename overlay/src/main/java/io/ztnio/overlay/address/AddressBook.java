package io.ztnio.overlay.address;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.overlay.identity.NodeId;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.store.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A user's names and IP addresses for node ids, kept in the file {@code addressbook} (JSON: name or address to node id).
 * What nodes announce themselves is not in it, and it wins over that.
 *
 * <p>Thread: thread-safe.
 */
public final class AddressBook {
    /** The key of the file. */
    public static final String KEY = "addressbook";

    /** Entries that it may have. */
    public static final int MAX_ENTRIES = 65_536;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.:-]{0,252}[a-z0-9])?|[0-9a-f:]{2,39}");

    private final StateStore store;
    private final Map<String, Long> entries = new TreeMap<>();

    private AddressBook(StateStore store) {
        this.store = store;
    }

    /**
     * The stored one, or an empty one. A damaged one is renamed to have {@code .damaged} at its end: a node is more than its
     * names, and what is in the file is the user's.
     *
     * @param damage told what is wrong with the file and where it is now, in a sentence
     * @throws IOException if the file cannot be renamed
     */
    public static AddressBook load(StateStore store, Consumer<String> damage) throws IOException {
        AddressBook book = new AddressBook(store);
        Optional<byte[]> file;
        try {
            file = store.get(KEY);
        } catch (IOException e) {
            // It would be lost with the first name that is put into the book.
            setAside(store, "it cannot be read: " + e.getMessage(), damage);
            return book;
        }
        if (file.isPresent()) {
            try {
                book.entries.putAll(parse(file.get()));
            } catch (IOException | RuntimeException e) {
                // The library throws more than it says, and in its own words.
                String problem = e instanceof TextFile.EncodingException || e instanceof IllegalArgumentException
                        ? e.getMessage()
                        : "it is not a JSON object of names and node ids";
                setAside(store, problem, damage);
            }
        }
        return book;
    }

    private static void setAside(StateStore store, String problem, Consumer<String> damage) throws IOException {
        damage.accept(KEY + " is damaged (" + problem + "). It was set aside as " + store.setAside(KEY)
                + ": mend it, or do without its names");
    }

    private static Map<String, Long> parse(byte[] file) throws IOException {
        Map<String, Long> entries = new TreeMap<>();
        Map<String, Object> facts = JSON.std.mapFrom(TextFile.decode(KEY, file));
        if (facts.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(facts.size() + " entries; " + MAX_ENTRIES + " may be");
        }
        facts.forEach((name, id) -> entries.put(normalized(name), NodeId.parse(String.valueOf(id))));
        return entries;
    }

    /**
     * Adds or replaces an entry, and stores the book.
     *
     * @param name a host name or an IP address
     * @throws IllegalArgumentException if it is neither, or the book is full
     */
    public synchronized void put(String name, long nodeId) throws IOException {
        if (!NodeId.isValid(nodeId)) {
            throw new IllegalArgumentException(Long.toHexString(nodeId) + " is not a node id");
        }
        if (entries.size() >= MAX_ENTRIES && !entries.containsKey(normalized(name))) {
            throw new IllegalArgumentException("the address book is full: " + MAX_ENTRIES + " entries");
        }
        entries.put(normalized(name), nodeId);
        save();
    }

    /** Removes an entry, and stores the book. */
    public synchronized void remove(String name) throws IOException {
        if (entries.remove(normalized(name)) != null) {
            save();
        }
    }

    /** The node that a name or IP address stands for. */
    public synchronized OptionalLong find(String name) {
        Long id = entries.get(name.toLowerCase(Locale.ROOT));
        return id == null ? OptionalLong.empty() : OptionalLong.of(id);
    }

    /** All entries, by name. */
    public synchronized Map<String, Long> entries() {
        return new TreeMap<>(entries);
    }

    private static String normalized(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(lower).matches()) {
            throw new IllegalArgumentException("'" + name + "' is neither a host name nor an IP address");
        }
        return lower;
    }

    private void save() throws IOException {
        Map<String, String> facts = new TreeMap<>();
        entries.forEach((name, id) -> facts.put(name, NodeId.format(id)));
        store.put(
                KEY,
                JSON.std
                        .with(JSON.Feature.PRETTY_PRINT_OUTPUT)
                        .asString(facts)
                        .concat("\n")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
