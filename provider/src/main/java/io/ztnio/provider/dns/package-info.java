/**
 * A small DNS client for servers within a virtual network: what to ask whom and when, as a core without I/O, and the
 * channels that carry it. Messages are written and read by dnsjava.
 *
 * <p>Thread: a query belongs to the thread that asks; cache and transport are for all. Answers are hostile until they are
 * checked: what is not the answer to a question of ours is counted and ignored, and nothing here throws because of it.
 */
package io.ztnio.provider.dns;
