/**
 * Names of the virtual networks: a hosts file of the user's, members by their address, names that overlay nodes tell, and
 * the DNS that networks push ({@code docs/names.md}). What is none of these is left to the JDK's resolver, in whose place
 * {@link io.ztnio.provider.names.InstalledResolver} stands.
 *
 * <p>Thread: thread-safe; who looks up waits. A lookup throws {@link java.net.UnknownHostException} and nothing else.
 */
package io.ztnio.provider.names;
