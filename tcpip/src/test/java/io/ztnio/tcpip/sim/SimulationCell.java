package io.ztnio.tcpip.sim;

import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * One cell of the table of simulations.
 *
 * @param id its name
 * @param link rate, round-trip time, buffer
 * @param impairment what the link does to packets
 * @param control the congestion control
 * @param unit of bound and result
 * @param bound what theory allows
 * @param least what the result has to be at least, in the unit
 * @param most what it has to be at most
 * @param measurement runs it
 */
record SimulationCell(
        String id,
        String link,
        String impairment,
        String control,
        String unit,
        double bound,
        double least,
        double most,
        DoubleSupplier measurement) {
    static final String HEADER = "id,link,impairment,control,unit,bound,least,most,measured";

    String csv(double measured) {
        return String.join(
                ",", id, link, impairment, control, unit, number(bound), number(least), number(most), number(measured));
    }

    static String number(double value) {
        if (Double.isInfinite(value)) {
            return "";
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.2f", value);
    }

    @Override
    public String toString() {
        return id;
    }
}
