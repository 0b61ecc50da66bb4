/**
 * Capture mode: the TCP/IP stack of this process for addresses of this machine, its loopback among them, in docs/capture.md.
 *
 * <p>Thread: thread-safe.
 */
package io.ztnio.provider.capture;
