/** Attacks on real nodes over the loopback interface: each has a bounded number of datagrams, and asks for what still works. */
package io.ztnio.it.attack;
