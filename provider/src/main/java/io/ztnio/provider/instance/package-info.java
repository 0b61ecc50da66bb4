/**
 * What an instance of {@link io.ztnio.provider.ZeroTier} is made of: a node of either kind, its start, its events, the
 * channels and factories that belong to it.
 *
 * <p>Thread: thread-safe, unless a type says otherwise.
 */
package io.ztnio.provider.instance;
