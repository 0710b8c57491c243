-- allocate: every line is a difference between simset_sharing and what the documents' tokens and the
-- masks say. Expects the tables token(document, position, id), owned(shingle, document, entry) and
-- sharing, the report, with the reported shingle size in the one row of `reported`.

-- The shingles of a document: its tokens after BOS, or the pairs of those that follow each other.
CREATE TEMP TABLE piece AS
    SELECT DISTINCT document, id AS first, NULL AS second FROM token, reported
        WHERE shingle = 1 AND position > 0
    UNION
    SELECT DISTINCT a.document, a.id, b.id FROM reported, token AS a JOIN token AS b
        ON b.document = a.document AND b.position = a.position + 1
        WHERE shingle = 2 AND a.position > 0;
CREATE INDEX piece_key ON piece(first, second, document);
CREATE TEMP TABLE size AS SELECT document, count(*) AS size FROM piece GROUP BY document;
CREATE TEMP TABLE meeting AS
    SELECT x.document AS a, y.document AS b, count(*) AS common
    FROM piece AS x JOIN piece AS y ON y.first = x.first AND y.second IS x.second AND
         x.document < y.document GROUP BY x.document, y.document;
CREATE TEMP TABLE together AS
    SELECT x.document AS a, y.document AS b, count(*) AS shared
    FROM owned AS x JOIN owned AS y ON y.entry = x.entry AND x.document < y.document
    GROUP BY x.document, y.document;
CREATE TEMP TABLE wanted AS
    SELECT shingle, x.document AS a, y.document AS b, x.size AS size_a, y.size AS size_b,
           coalesce(common, 0) AS common,
           1.0 * coalesce(common, 0) / (x.size + y.size - coalesce(common, 0)) AS jaccard,
           coalesce(shared, 0) AS shared
    FROM reported, size AS x JOIN size AS y ON x.document < y.document
    LEFT JOIN meeting ON meeting.a = x.document AND meeting.b = y.document
    LEFT JOIN together ON together.a = x.document AND together.b = y.document;

SELECT 'lacks', * FROM
    (SELECT shingle, a, b, size_a, size_b, common, shared FROM wanted
     EXCEPT SELECT shingle, a, b, size_a, size_b, common, shared FROM sharing);
SELECT 'has', * FROM
    (SELECT shingle, a, b, size_a, size_b, common, shared FROM sharing
     EXCEPT SELECT shingle, a, b, size_a, size_b, common, shared FROM wanted);
SELECT 'repeats', a, b FROM sharing GROUP BY a, b HAVING count(*) > 1;
SELECT 'jaccard of', a, b, wanted.jaccard, sharing.jaccard FROM wanted JOIN sharing USING (a, b)
    WHERE (abs(wanted.jaccard - sharing.jaccard) <= 1e-12) IS NOT 1;
-- A document owns one entry of each band, and the bands are of one width.
SELECT 'document', document, 'owns', count(*), 'in band', band FROM
    (SELECT document, entry / slots AS band FROM owned, (SELECT slots FROM sharing LIMIT 1))
    GROUP BY document, band HAVING count(*) <> 1;
SELECT 'document', document, 'owns', count(*) FROM owned GROUP BY document
    HAVING count(*) <> (SELECT bands FROM sharing LIMIT 1);
SELECT 'bands', bands, 'slots', slots FROM sharing
    WHERE bands * slots <> (SELECT entries FROM reported) GROUP BY bands, slots;
