package io.ztnio.tools.cli.command;

import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** IP address literals: an own address is never looked up as a name. */
public final class AddressText implements ITypeConverter<InetAddress> {
    @Override
    public InetAddress convert(String text) {
        return SocketAddressField.parseAddress(text)
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is not an IP address"));
    }
}
