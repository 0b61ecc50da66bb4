/** What the libraries within {@code ztnio.jar} find under the name of {@code org.slf4j}. */
package io.ztnio.shaded.slf4j;
