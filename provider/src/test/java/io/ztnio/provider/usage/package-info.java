/** The ways in which programs use a network, behind one interface, so that one test asks all of them. */
package io.ztnio.provider.usage;
