package io.ztnio.it.boot;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Answers bodies, bytes, and who asks; and one request that is answered only while the application ends. */
@SpringBootApplication
@RestController
public class Application {
    private final CountDownLatch ending = new CountDownLatch(1);

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @PostMapping("/echo")
    public byte[] echo(@RequestBody byte[] body) {
        return body;
    }

    @GetMapping("/bytes/{length}")
    public byte[] bytes(@PathVariable("length") int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >>> 8));
        }
        return bytes;
    }

    @GetMapping("/peer")
    public String peer(HttpServletRequest request) {
        return request.getRemoteAddr() + ":" + request.getRemotePort();
    }

    /** A request under way when the application is told to end: it gets its answer, for the shutdown is graceful. */
    @GetMapping("/last/{length}")
    public byte[] last(@PathVariable("length") int length) throws InterruptedException {
        System.out.println("a last request waits");
        if (!ending.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("nobody ended the application");
        }
        return bytes(length);
    }

    @EventListener
    public void closed(ContextClosedEvent event) {
        ending.countDown();
    }
}
