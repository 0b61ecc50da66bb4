/**
 * The event loop that nodes run on: timers, a queue of work, cancellation. It reads no clock: the same tasks at the same
 * times run in the same order, in real time and in virtual time.
 *
 * <p>Thread: confined to its owner.
 */
package io.ztnio.overlay.loop;
