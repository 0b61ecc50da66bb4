package io.ztnio.provider.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ztnio.protocol.store.StateStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Serves the {@link LocalApi} by HTTP on the loopback interface: a few threads, bounded bodies, and a time after which a
 * request's connection is closed.
 *
 * <p>Thread: thread-safe; a few daemon threads of its own.
 */
public final class LocalService implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ztnio.service");
    private static final int THREADS = 4;
    private static final int BACKLOG = 16;
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final long REQUEST_SECONDS = 10;
    private static final byte[] IPV4_LOOPBACK = {127, 0, 0, 1};
    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final LocalApi api;
    private final LongSupplier clock;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService deadlines;
    private final List<HttpServer> servers = new ArrayList<>();

    private LocalService(LocalApi api, LongSupplier clock) {
        this.api = api;
        this.clock = clock;
        this.workers = (ThreadPoolExecutor) Executors.newFixedThreadPool(THREADS, task -> daemon(task, "ztnio-api"));
        this.deadlines = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "ztnio-api-time"));
    }

    /**
     * Begins to serve on 127.0.0.1, and on ::1 where that can be had too.
     *
     * @param store of the node: tokens, and {@code local.conf}
     * @param home its directory, if it has one
     * @param port TCP port, 0 for a free one
     * @throws IOException if the port is taken, or the tokens cannot be read or made
     */
    public static LocalService start(
            ServedNode node, StateStore store, Optional<Path> home, ServedController controller, int port)
            throws IOException {
        LocalApi api = new LocalApi(node, store, home, controller, new SecureRandom());
        LocalService service = new LocalService(api, System::currentTimeMillis);
        try {
            service.listen(IPV4_LOOPBACK, port);
        } catch (IOException | RuntimeException | Error e) {
            service.close();
            throw e;
        }
        try {
            service.listen(IPV6_LOOPBACK, service.port());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the local API is not served on ::1: " + e.getMessage());
        }
        return service;
    }

    private void listen(byte[] loopback, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(loopback), port), BACKLOG);
        server.createContext("/", this::serve);
        server.setExecutor(this::execute);
        servers.add(server);
        // Its dispatcher is a daemon if the thread that starts it is.
        Thread starter = daemon(server::start, "ztnio-api-start");
        starter.start();
        boolean interrupted = false;
        while (true) {
            try {
                starter.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The TCP port. */
    public int port() {
        return servers.get(0).getAddress().getPort();
    }

    /** Runs a request, whose connection an interrupt closes when the time is over, wherever its client has stopped. */
    private void execute(Runnable exchange) {
        workers.execute(() -> {
            Deadline deadline = new Deadline(Thread.currentThread());
            Future<?> timer = deadlines.schedule(deadline, REQUEST_SECONDS, TimeUnit.SECONDS);
            try {
                exchange.run();
            } finally {
                deadline.met();
                timer.cancel(false);
            }
        });
    }

    /** Interrupts a thread unless that has done its work by then; the thread's next work is not to blame. */
    private static final class Deadline implements Runnable {
        private final Thread worker;
        private boolean met;

        Deadline(Thread worker) {
            this.worker = worker;
        }

        @Override
        public synchronized void run() {
            if (!met) {
                worker.interrupt();
            }
        }

        /** By the worker. */
        synchronized void met() {
            met = true;
            boolean late = Thread.interrupted();
            if (late) {
                LOG.log(System.Logger.Level.DEBUG, "a request of the local API took too long");
            }
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            ApiRequest head = request(exchange, "");
            Optional<LocalApi.Reply> refusal = api.refuse(head);
            if (refusal.isPresent()) {
                send(exchange, refusal.get());
                return;
            }
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
            send(
                    exchange,
                    body.length > MAX_BODY_BYTES
                            ? LocalApi.Reply.json(413, "{}")
                            : answer(request(exchange, new String(body, StandardCharsets.UTF_8))));
        }
    }

    private LocalApi.Reply answer(ApiRequest request) {
        try {
            return api.answer(request, clock.getAsLong());
        } catch (IllegalStateException e) {
            // The node ends in this moment.
            return LocalApi.Reply.json(503, "{}");
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "local API: " + request.method() + " " + request.path(), bug);
            return LocalApi.Reply.json(500, "{}");
        }
    }

    private static ApiRequest request(HttpExchange exchange, String body) {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        String query = exchange.getRequestURI().getRawQuery();
        return new ApiRequest(
                exchange.getRequestMethod(),
                String.valueOf(exchange.getRequestURI().getRawPath()),
                query == null ? "" : query,
                headers,
                body);
    }

    private static void send(HttpExchange exchange, LocalApi.Reply reply) throws IOException {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        if (!reply.type().isEmpty()) {
            exchange.getResponseHeaders().set("Content-Type", reply.type());
        }
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        if (isHead) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
        }
        exchange.sendResponseHeaders(reply.status(), isHead || body.length == 0 ? -1 : body.length);
        if (!isHead && body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    /** Ends it; a request that is under way is broken off. */
    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        workers.shutdownNow();
        deadlines.shutdownNow();
    }
}
