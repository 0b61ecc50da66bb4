/**
 * What people start: the command line and the tunnels. They stand on the provider's runtime and channels; nothing of
 * those knows them, and a test keeps it so.
 *
 * <p>Thread and exceptions: see the packages.
 */
package io.ztnio.tools;
