/** The Internet checksum. Thread: stateless. Nothing here throws for ranges inside their array. */
package io.ztnio.tcpip.checksum;
