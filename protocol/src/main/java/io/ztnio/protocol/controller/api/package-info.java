/**
 * What ZeroTier's controller answers to HTTP requests, without the HTTP ({@code protocol.md} 9.6): paths, methods, fields and status
 * codes of version 1.14.1.
 *
 * <p>Thread: confined to the node.
 */
package io.ztnio.protocol.controller.api;
