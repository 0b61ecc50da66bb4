package io.ztnio.provider.process;

import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Counts this process's descriptors around channels that are registered, and around channels that are forgotten without a
 * close. Prints {@code registering 3 channels: +3} and {@code forgotten channels: +0}.
 */
final class DescriptorsProgram {
    private static final int CHANNELS = 3;
    private static final int MOST_COLLECTIONS = 100;
    private static final long COLLECTION_MILLIS = 1_000;

    private DescriptorsProgram() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        // What is opened once for good: the provider, the JDK's own, their classes.
        DatagramChannel.open().close();
        try (Selector selector = Selector.open()) {
            long before = descriptors();
            List<DatagramChannel> channels = new ArrayList<>();
            for (int i = 0; i < CHANNELS; i++) {
                DatagramChannel channel = DatagramChannel.open();
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
                channels.add(channel);
            }
            System.out.println("registering " + CHANNELS + " channels: +" + (descriptors() - before));
            for (DatagramChannel channel : channels) {
                channel.close();
            }
            selector.selectNow();
            before = descriptors();
            openAndForget(CHANNELS);
            for (int i = 0; i < MOST_COLLECTIONS && descriptors() > before; i++) {
                awaitCollection();
            }
            System.out.println("forgotten channels: +" + (descriptors() - before));
        }
    }

    /** Until something that nobody refers to has been found by a collection. */
    private static void awaitCollection() throws InterruptedException {
        ReferenceQueue<Object> found = new ReferenceQueue<>();
        PhantomReference<Object> canary = new PhantomReference<>(new Object(), found);
        try {
            System.gc();
            found.remove(COLLECTION_MILLIS);
        } finally {
            Reference.reachabilityFence(canary);
        }
    }

    private static void openAndForget(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            new WeakReference<>(DatagramChannel.open()).clear();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.count();
        }
    }
}
