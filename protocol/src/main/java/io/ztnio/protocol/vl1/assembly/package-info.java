/**
 * Puts the parts together: {@link io.ztnio.protocol.vl1.assembly.Switch} makes them, registers the verbs and is the façade; and what is
 * done by the clock.
 *
 * <p>Thread: confined to the node. No part knows this package.
 */
package io.ztnio.protocol.vl1.assembly;
