/**
 * The local API of a running node, with ZeroTier One's paths and fields ({@code docs/service-api.md}).
 *
 * <p>Thread: each type says.
 */
package io.ztnio.provider.service;
