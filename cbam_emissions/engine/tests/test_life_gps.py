# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl.html)
"""GPS tracks: three formats, what is left out, and files that are broken, huge or made to do harm.

The meridian from 50° to 51° north is 111.2387 km on the WGS 84 ellipsoid (arc from the equator: 5 540.8470 km to
50°, 5 652.0857 km to 51°); on the equator a degree of longitude is π · 6378.137 / 180 = 111.3195 km.
"""

import json
import time
from datetime import datetime, timedelta

import pytest
from engine.life import gps_points
from engine.life.gps_points import UnreadableTrack, read_points
from engine.life.gps_track import ImplausibleTrack, read_track

START = datetime(2026, 6, 1, 6)
EQUATOR_DEGREE = 111.31949


def gpx(points, body="trkpt", head="<?xml version='1.0' encoding='UTF-8'?>"):
    rows = "".join(
        f"<{body} lat='{lat}' lon='{lon}'>" + (f"<time>{when}</time>" if when else "") + f"</{body}>"
        for lat, lon, when in points
    )
    inner = f"<trk><trkseg>{rows}</trkseg></trk>" if body == "trkpt" else f"<rte>{rows}</rte>"
    return f"{head}<gpx xmlns='http://www.topografix.com/GPX/1/1' version='1.1'>{inner}</gpx>".encode()


def at(minutes):
    return f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


def drive(*longitudes, every=60, latitude=0.0):
    """Points on a parallel, by default an hour apart: a degree of the equator takes an hour at 111 km/h."""
    return [(latitude, longitude, at(number * every)) for number, longitude in enumerate(longitudes)]


class TestLength:
    def test_degree_of_the_meridian(self):
        track = read_track(gpx([(50, 8, at(0)), (51, 8, at(90))]), "way.gpx")
        assert track.km == pytest.approx(111.2387, abs=1e-4)
        assert (track.points, track.left_out, track.reordered) == (2, {}, False)

    def test_three_degrees_of_the_equator(self):
        track = read_track(gpx(drive(10, 11, 12, 13)), "way.gpx")
        assert track.km == pytest.approx(3 * EQUATOR_DEGREE, abs=1e-3)
        assert track.longest_gap == pytest.approx(EQUATOR_DEGREE, abs=1e-3)
        assert (track.start.longitude, track.end.longitude) == (10, 13)

    def test_across_the_date_line(self):
        track = read_track(gpx(drive(179.5, -179.5)), "way.gpx")
        assert track.km == pytest.approx(EQUATOR_DEGREE, abs=1e-3)

    def test_every_format_says_the_same(self):
        points = drive(10, 11, 12)
        rows = [{"lat": lat, "lon": lon, "time": when} for lat, lon, when in points]
        line = {"type": "LineString", "coordinates": [[lon, lat] for lat, lon, _when in points]}
        times = {"coordTimes": [when for _lat, _lon, when in points]}
        feature = {"type": "Feature", "properties": times, "geometry": line}
        files = {
            "route.gpx": gpx(points, "rtept"),
            "way.csv": b"time,latitude,longitude,speed\n"
            + "".join(f"{when},{lat},{lon},99\n" for lat, lon, when in points).encode(),
            "german.csv": b"Zeit;Latitude;Longitude;Time\n"
            + "".join(f"x;{lat:.4f};{lon:.4f};{when}\n".replace(".", ",") for lat, lon, when in points).encode(),
            "list.json": json.dumps(rows).encode(),
            "points.json": b"\xef\xbb\xbf" + json.dumps({"points": rows}).encode(),
            "line.json": json.dumps(line).encode(),
            "geo.json": json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(),
        }
        for name, content in files.items():
            assert read_track(content, name).km == pytest.approx(2 * EQUATOR_DEGREE, abs=1e-3), name

    def test_what_else_stands_in_a_file(self):
        """Extensions of points and of the file, empty lines of a table, places beside the way."""
        points = drive(10, 11, 12)
        speed = "</time><extensions><speed>30</speed></extensions>"
        marked = gpx(points).decode().replace("</time>", speed).replace("<trk>", "<extensions><a/></extensions><trk>")
        rows = [f"{when},{lat},{lon}" for lat, lon, when in points]
        line = {"type": "LineString", "coordinates": [[lon, lat] for lat, lon, _when in points]}
        features = [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [50, 50]}}]
        features += [{"type": "Feature", "geometry": None}, {"type": "Feature", "geometry": line}]
        files = {
            "way.gpx": marked.encode(),
            "way.csv": "\n".join(["time,lat,lon", rows[0], "", " , , ", *rows[1:], ""]).encode(),
            "way.json": json.dumps({"type": "FeatureCollection", "features": features}).encode(),
        }
        for name, content in files.items():
            track = read_track(content, name)
            assert (track.points, track.km) == (3, pytest.approx(2 * EQUATOR_DEGREE, abs=1e-3)), name

    @pytest.mark.parametrize("timed", [1, 2])
    def test_line_strings_of_which_some_have_no_times(self, timed):
        """GeoJSON with two lines of one degree each, but times for the first of them only or for both."""
        lines = [[[10, 0], [11, 0]], [[11, 0], [12, 0]]]
        times = [[at(0), at(60)], [at(61), at(120)]][:timed]
        feature = {"type": "Feature", "properties": {"coordTimes": times}}
        feature["geometry"] = {"type": "MultiLineString", "coordinates": lines}
        track = read_track(json.dumps(feature).encode(), "way.json")
        assert track.km == pytest.approx(timed * EQUATOR_DEGREE, abs=1e-3)
        assert track.left_out == ({"no_time": 2} if timed == 1 else {"standstill": 1})

    def test_two_segments_are_one_way(self):
        one, other = gpx(drive(10, 11)).decode(), "<trkpt lat='0' lon='12'><time>" + at(120) + "</time></trkpt>"
        text = one.replace("</trkseg>", f"</trkseg><trkseg>{other}</trkseg>")
        assert read_track(text.encode(), "way.gpx").km == pytest.approx(2 * EQUATOR_DEGREE, abs=1e-3)


class TestLeftOut:
    def test_a_jump_in_the_middle(self):
        """30° to the north within a minute, and back: the way is that without the point."""
        points = drive(10, 11, 12)
        points.insert(1, (30, 10, at(1)))
        track = read_track(gpx(points), "way.gpx")
        assert track.km == pytest.approx(2 * EQUATOR_DEGREE, abs=1e-3)
        assert track.left_out == {"jump": 1}

    def test_a_jump_at_the_start(self):
        """The first fix is that of yesterday, 300 km away; in two hours it could be reached, and still is none."""
        points = [(2.7, 10, at(0)), *((0, 10 + n / 60, at(n + 1)) for n in range(200))]
        track = read_track(gpx(points), "way.gpx")
        assert track.left_out == {"jump": 1}
        assert track.km == pytest.approx(199 / 60 * EQUATOR_DEGREE, abs=1e-3)

    def test_a_ship_is_slower_than_an_aeroplane(self):
        points = drive(10, 15, 20, every=60)
        assert read_track(gpx(points), "flight.gpx", "air").km == pytest.approx(10 * EQUATOR_DEGREE, abs=0.01)
        with pytest.raises(ImplausibleTrack, match="jumps"):
            read_track(gpx(points), "ship.gpx", "sea")

    def test_a_track_that_only_jumps_is_refused(self):
        points = [(n * 37 % 80, n * 53 % 170, at(n)) for n in range(1, 60)]
        with pytest.raises(ImplausibleTrack, match=r"way\.gpx jumps: at 160 km/h only \d of its 59 points"):
            read_track(gpx(points), "way.gpx")

    def test_a_jump_without_times(self):
        points = [(0, 10, None), (0, 10.5, None), (40, 10.6, None), (0, 10.7, None), (0, 11, None)]
        track = read_track(gpx(points), "way.gpx")
        assert track.km == pytest.approx(EQUATOR_DEGREE, abs=1e-3)
        assert track.left_out == {"jump": 1}

    def test_duplicates_and_order(self):
        points = [*drive(10, 11, 12)]
        track = read_track(gpx([points[2], points[0], points[1], points[1]]), "way.gpx")
        assert (track.left_out, track.reordered) == ({"duplicate": 1}, True)
        assert track.km == pytest.approx(2 * EQUATOR_DEGREE, abs=1e-3)

    def test_no_fix(self):
        """Null island, empty cells and what the receiver marks; the header says which column that is."""
        rows = ["time,lat,lon,fix", f"{at(0)},0,10,3d", f"{at(9)},0,0,3d", f"{at(10)},,,", f"{at(11)},0,10.1,none"]
        rows.append(f"{at(60)},0,11,3d")
        track = read_track("\n".join(rows).encode(), "way.csv")
        assert (track.left_out, track.points) == ({"no_fix": 3}, 2)
        marked = gpx(drive(10, 11, 12)).decode().replace("</time>", "</time><fix>none</fix>", 1)
        assert read_track(marked.encode(), "way.gpx").left_out == {"no_fix": 1}

    def test_a_parked_lorry_drives_nowhere(self):
        """A night of a receiver that wanders by 5 m each minute: 0.000045° are 5 m, 10 h would be 3 km."""
        night = [(0.000045 * (n % 2), 11, at(60 + n)) for n in range(600)]
        track = read_track(gpx([*drive(10, 11), *night, (0, 12, at(760))]), "way.gpx")
        assert track.km == pytest.approx(2 * EQUATOR_DEGREE, abs=0.01)
        assert track.left_out == {"standstill": 599, "duplicate": 1}

    def test_points_without_time_among_timed_ones(self):
        track = read_track(gpx([*drive(10, 11), (40, 40, None)]), "way.gpx")
        assert track.left_out == {"no_time": 1}

    @pytest.mark.parametrize("points", [[], [(50, 8, None)], [(50, 8, at(n)) for n in range(5)]])
    def test_no_way(self, points):
        with pytest.raises(ImplausibleTrack, match="no way"):
            read_track(gpx(points), "way.gpx")


BOMB = (
    "<?xml version='1.0'?><!DOCTYPE gpx [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {new} '{(f'&{old};') * 10}'>" for old, new in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><gpx><trk><name>&j;</name></trk></gpx>"
)
FOREIGN = "<!DOCTYPE gpx [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><gpx><trk><name>&x;</name></trk></gpx>"

#: What somebody might upload, and what the one sentence must name.
HOSTILE = {
    "empty": (b"", "is empty"),
    "blank": (b" \n ", "is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\xff\xfe", "UTF-8"),
    "zeros": (b"lat,lon\n1\0,2\n", "no text"),
    "utf16": ("<gpx/>".encode("utf-16"), "UTF-8"),
    "bomb": (BOMB.encode(), "document type or entities"),
    "foreign": (FOREIGN.encode(), "document type or entities"),
    "spaced": (FOREIGN.replace("<!DOCTYPE", "<!doctype").encode(), "document type or entities"),
    "truncated": (gpx(drive(10, 11, 12))[:-60], "broken XML at line 1"),
    "html": (b"<html><body>Not found</body></html>", "no GPX file: it begins with <html>"),
    "unknown entity": (b"<gpx><trk><name>&x;</name></trk></gpx>", "broken XML"),
    "nan": (gpx([(50, 8, None), ("NaN", 8, None)]), r"Point 2 \(line 1\) of evil: the latitude “NaN” is not a number"),
    "infinite": (gpx([("inf", 8, None)]), r"Point 1 .* latitude “inf” is not a number"),
    "overflow": (gpx([("1e999", 8, None)]), "is not a number"),
    "off the globe": (gpx([(50, 8, None), (50, 180.5, None)]), r"Point 2 .* longitude 180\.5 is not between -180"),
    "half a point": (b"<gpx><trk><trkseg><trkpt lat='5'/></trkseg></trk></gpx>", "has no longitude"),
    "time": (gpx([(50, 8, "yesterday")]), "“yesterday” is no time"),
    "no such day": (gpx([(50, 8, "2026-02-30T00:00:00Z")]), "is no time"),
    "csv header": (b"a,b\n1,2\n", "line 1 names no column latitude and longitude"),
    "csv text": (b"lat,lon\n50,8\n50,abc\n", "Line 3 of evil: the longitude “abc”"),
    "csv short": (b"lat,lon\n50,8\n50\n", "Line 3 of evil has no longitude"),
    "csv quote": (b'lat,lon\n"50,8\n51,8\n', "broken CSV at line"),
    "csv formula": (b"lat,lon\n=1+1,8\n", "Line 2 of evil: the latitude “=1\\+1”"),
    "json broken": (b'[{"lat": 1, "lon"', "broken JSON at line 1"),
    "json nan": (b'[{"lat": NaN, "lon": 1}]', "NaN is not a number of JSON"),
    "json infinite": (b'[{"lat": -Infinity, "lon": 1}]', "-Infinity is not a number"),
    "json overflow": (b'[{"lat": 1e999, "lon": 1}]', "Point 1 of evil: the latitude “inf”"),
    "json long number": (b'[{"lat": ' + b"9" * 6000 + b', "lon": 1}]', "too large"),
    "json large number": (b'[{"lat": ' + b"9" * 400 + b', "lon": 1}]', "is not a number"),
    "json deep": (b"[" * 100_000, "nesting is too large"),
    "json true": (b'[{"lat": true, "lon": 1}]', "“True” is not a number"),
    "json list": (b"[[1, 2]]", "Point 1 of evil is no object"),
    "json other": (b'{"type": "invoice"}', "neither a list of points nor GeoJSON"),
    "json points": (b'{"points": 5}', "neither a list of points nor GeoJSON"),
    "geojson pair": (b'{"type": "LineString", "coordinates": [[1], [2]]}', "Point 1 of evil is no pair"),
    "geojson line": (b'{"type": "MultiLineString", "coordinates": [5]}', "Line string 1 of evil"),
    "geojson nested": (b'{"type":"Feature","geometry":' * 60 + b"{}" + b"}" * 60, "no GeoJSON"),
    "epoch": (b'[{"lat": 1, "lon": 1, "time": 1e300}]', "is no time"),
}


class TestHostile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_one_clear_sentence(self, name):
        content, message = HOSTILE[name]
        with pytest.raises(UnreadableTrack, match=message) as caught:
            read_track(content, "evil")
        sentence = str(caught.value)
        assert "evil" in sentence and "\n" not in sentence and len(sentence) < 250

    def test_every_cut_of_a_file_is_refused_or_a_track(self):
        """A file that was cut off anywhere never fails in another way."""
        for content in (gpx(drive(10, 11)), b'[{"lat": 0, "lon": 10}, {"lat": 0, "lon": 11}]'):
            for end in range(len(content)):
                with pytest.raises((UnreadableTrack, ImplausibleTrack)):
                    read_track(content[:end], "cut")

    def test_size(self):
        with pytest.raises(UnreadableTrack, match="has 20 MB; a track may have 20 MB"):
            read_points(b" " * (gps_points.MAX_BYTES + 1), "huge")

    @pytest.mark.parametrize("kind", ["gpx", "csv", "json"])
    def test_number_of_points(self, kind):
        count = gps_points.MAX_POINTS + 1
        content = {
            "gpx": b"<gpx><trk><trkseg>" + b"<trkpt lat='1' lon='1'/>" * count + b"</trkseg></trk></gpx>",
            "csv": b"lat,lon\n" + b"1,1\n" * count,
            "json": b"[" + b",".join([b'{"lat":1,"lon":1}'] * count) + b"]",
        }[kind]
        with pytest.raises(UnreadableTrack, match="more than 100000 points"):
            read_points(content, "many")

    def test_a_long_track_is_read_in_time(self):
        """20 000 points, one a second at 90 km/h: 20 000 × 25 m. Runs that contradict each other stay few."""
        step = 0.025 / EQUATOR_DEGREE
        points = [(0, 10 + n * step, f"{START + timedelta(seconds=n):%Y-%m-%dT%H:%M:%SZ}") for n in range(20_000)]
        began = time.process_time()
        track = read_track(gpx(points), "day.gpx")
        assert track.km == pytest.approx(19_999 * 0.025, rel=1e-4)
        assert time.process_time() - began < 30


def test_the_words_of_the_parser_are_shortened():
    content = gpx(drive(10, 11)).replace(b"topografix.com", b"topografix.com" + b"[" * 20_000)
    with pytest.raises(UnreadableTrack, match="broken XML") as refused:
        read_points(content, "way.gpx")
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("when", [
    "2026-06-01T06:00:00Z", "2026-06-01 06:00:00", "2026-06-01T06:00", "2026-06-01T08:00:00+02:00",
    "2026-06-01T08:00:00+0200", "2026-06-01T05:00:00.000-01:00",
])  # fmt: skip
def test_six_o_clock_in_many_spellings(when):
    rows = f"lat,lon,time\n50,8,{when}\n"
    assert [point.moment for point in read_points(rows.encode(), "way.csv").points] == [START]


@pytest.mark.parametrize("factor", [1, 1000])
def test_seconds_or_milliseconds_since_1970(factor):
    """1 June 2026, 6:00 UTC is 1 780 293 600 s after 1970."""
    rows = [{"lat": 50, "lon": 8, "time": 1_780_293_600 * factor}]
    assert [point.moment for point in read_points(json.dumps(rows).encode(), "way.json").points] == [START]


def test_geometries_and_areas_of_geojson():
    line = {"type": "LineString", "coordinates": [[8, 50], [9, 50], ["x", 50]]}
    areas = [{"type": kind, "coordinates": []} for kind in ("Point", "Polygon", "MultiPoint", "MultiPolygon")]
    together = {"type": "GeometryCollection", "geometries": [*areas, line]}
    with pytest.raises(UnreadableTrack, match=r"^Point 3 of way\.json: the longitude “x” is not a number"):
        read_points(json.dumps(together).encode(), "way.json")
    line["coordinates"].pop()
    found = read_points(json.dumps(together).encode(), "way.json").points
    assert [(point.latitude, point.longitude) for point in found] == [(50, 8), (50, 9)]


def test_a_brace_in_the_namespace_is_refused_in_a_sentence():
    text = gpx(drive(10, 11)).replace(b"topografix.com/GPX", b"topografix.com/}GPX")
    with pytest.raises(UnreadableTrack, match=r"^way\.gpx is broken XML at line 1"):
        read_track(text, "way.gpx")
