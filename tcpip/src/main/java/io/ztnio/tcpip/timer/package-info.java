/** A hashed timer wheel. Thread: confined to its owner. Nothing here reads a clock. */
package io.ztnio.tcpip.timer;
