package io.ztnio.it.software.programs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * PostgreSQL's JDBC driver: rows both ways, in batches and through a cursor, copies, a query that is cancelled, and a connection
 * that the server ends. Arguments: address, port, user, password, and the file with the server's certificate.
 */
public final class PostgresCalls {
    private static final int ROWS = 1000;

    private final String url;
    private final Properties properties = new Properties();

    private PostgresCalls(String[] arguments, String mode) {
        url = "jdbc:postgresql://" + arguments[0] + ":" + arguments[1] + "/postgres";
        properties.setProperty("user", arguments[2]);
        properties.setProperty("password", arguments[3]);
        properties.setProperty("sslmode", mode);
        properties.setProperty("sslrootcert", arguments[4]);
    }

    public static void main(String[] arguments) throws Exception {
        for (String mode : new String[] {"disable", "verify-full"}) {
            new PostgresCalls(arguments, mode).all();
            System.out.println("did all with sslmode " + mode);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }

    private void all() throws Exception {
        try (Connection connection = connect()) {
            int process = process(connection);
            rows(connection);
            copies(connection);
            cancelled(connection);
            // It was one connection all the time, and is still of use.
            Bytes.expect(process, process(connection));
        }
        endedByTheServer();
    }

    private static int process(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select pg_backend_pid()")) {
            Bytes.expect(true, result.next());
            return result.getInt(1);
        }
    }

    private static byte[] value(int row) {
        return Bytes.of(row * 6);
    }

    private static void rows(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create temporary table rows (id int primary key, value bytea)");
        }
        try (PreparedStatement insert = connection.prepareStatement("insert into rows values (?, ?)")) {
            for (int i = 0; i < ROWS; i++) {
                insert.setInt(1, i);
                insert.setBytes(2, value(i));
                insert.addBatch();
            }
            Bytes.expect(ROWS, insert.executeBatch().length);
        }
        connection.commit();
        int next = 0;
        try (PreparedStatement select = connection.prepareStatement("select value from rows order by id")) {
            // A cursor, and so many round trips.
            select.setFetchSize(50);
            try (ResultSet result = select.executeQuery()) {
                for (; result.next(); next++) {
                    Bytes.expect(value(next), result.getBytes(1));
                }
            }
        }
        Bytes.expect(ROWS, next);
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static void copies(Connection connection) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            lines.append(i).append('\t').append(i * 31).append('\n');
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
        try (Statement statement = connection.createStatement()) {
            statement.execute("create temporary table lines (a int, b int)");
        }
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        Bytes.expect(200_000L, copy.copyIn("copy lines from stdin", new ByteArrayInputStream(bytes)));
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        Bytes.expect(200_000L, copy.copyOut("copy (select a, b from lines order by a) to stdout", back));
        Bytes.expect(bytes, back.toByteArray());
    }

    /** The driver opens another connection to have a query ended. */
    private static void cancelled(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            statement.execute("select pg_sleep(120)");
            throw new AssertionError("a query was not ended");
        } catch (SQLException e) {
            Bytes.expect("57014", e.getSQLState());
        }
    }

    private void endedByTheServer() throws SQLException {
        try (Connection acting = connect();
                Connection ended = connect()) {
            int process = process(ended);
            try (Statement statement = acting.createStatement()) {
                statement.execute("select pg_terminate_backend(" + process + ", 60000)");
            }
            try {
                process(ended);
                throw new AssertionError("the connection was not ended");
            } catch (SQLException e) {
                // What the server has said before it closed is what the driver says.
                Bytes.expect("57P01", e.getSQLState());
            }
            Bytes.expect(false, ended.isValid(10));
        }
        try (Connection again = connect()) {
            Bytes.expect(true, again.isValid(60));
        }
    }
}
