/**
 * {@code demo}: a planet, an HTTP server and an HTTP client, each in a JVM of its own on the loopback interface.
 * {@link io.ztnio.tools.cli.demo.DemoServer} and {@link io.ztnio.tools.cli.demo.DemoClient} use nothing but the JDK.
 *
 * <p>Thread: confined to the main thread, with one reader for each child's output. A child that fails makes the demo fail
 * with what that child said.
 */
package io.ztnio.tools.cli.demo;
