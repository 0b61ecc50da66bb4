/**
 * The local API of a running node, with ZeroTier One's paths and fields ({@code docs/service-api.md}).
 *
 * <p>Thread: each type says. Needs the module {@code jdk.httpserver} in {@link io.ztnio.provider.service.LocalService} only.
 */
package io.ztnio.provider.service;
