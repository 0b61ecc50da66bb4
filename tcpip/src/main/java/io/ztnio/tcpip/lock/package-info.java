/** Mutual exclusion that survives its holders. */
package io.ztnio.tcpip.lock;
