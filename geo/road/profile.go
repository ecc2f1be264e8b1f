package road

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Profile is how one kind of vehicle travels (车辆模型). Speeds are km/h, sizes
// metres and tonnes, delays seconds.
type Profile struct {
	Name, ZH, EN string
	Kind         Vehicles
	Load         Load
	Top          float64          // never faster than this
	Speed        [classes]float64 // free flow by class, factor included
	Factor       [classes]float64 // on a signed speed
	Contraflow   float64          // times slower against a one-way street; 0: never
	Ban          float64          // delay for a turn that is forbidden to others; 0: obeys
	Signal       float64
	Left, UTurn  float64
	Gate, Ferry  float64
	Unpaved      float64 // speed factor
	Destination  float64 // speed factor where only residents may drive
	Access       float64 // km/h between the road and a point off it
}

// Load is the size of a vehicle against limits on the road (限高限宽限重).
type Load struct {
	Height, Width float64 // metres
	Weight        float64 // tonnes
}

//go:embed profiles.json
var profileTable []byte

// profileFile is the shape of profiles.json. Factor "" holds for all classes
// not named.
type profileFile struct {
	Speed    map[string]float64
	Profiles []struct {
		Name, ZH, EN, Kind               string
		Top                              float64
		Height, Width, Weight            float64
		Speed, Factor                    map[string]float64
		Contraflow, Ban                  float64
		Signal, Left, UTurn, Gate, Ferry float64
		Unpaved, Destination, Access     float64
	}
}

// ReadProfiles reads a table of profiles as JSON. It refuses classes and kinds
// it does not know and speeds that are not positive.
func ReadProfiles(table []byte) ([]Profile, error) {
	var file profileFile
	if err := json.Unmarshal(table, &file); err != nil {
		return nil, fmt.Errorf("read vehicle profiles: %w", err)
	}
	if len(file.Profiles) == 0 || len(file.Profiles) > mostProfiles {
		return nil, fmt.Errorf("read vehicle profiles: %d of them, want 1 to %d", len(file.Profiles), mostProfiles)
	}
	var profiles []Profile
	for _, f := range file.Profiles {
		kind := slices.Index(kindNames[:], Kind(f.Kind))
		if kind < 0 {
			return nil, fmt.Errorf("profile %q: unknown kind %q", f.Name, f.Kind)
		}
		p := Profile{
			Name: f.Name, ZH: f.ZH, EN: f.EN, Kind: 1 << kind, Top: f.Top,
			Load:       Load{f.Height, f.Width, f.Weight},
			Contraflow: f.Contraflow, Ban: f.Ban, Signal: f.Signal, Left: f.Left, UTurn: f.UTurn,
			Gate: f.Gate, Ferry: f.Ferry, Unpaved: f.Unpaved, Destination: f.Destination, Access: f.Access,
		}
		for c := range classes {
			p.Speed[c], p.Factor[c] = file.Speed[c.String()], 1
			for _, key := range [2]string{"", c.String()} {
				if v, ok := f.Factor[key]; ok {
					p.Factor[c] = v
				}
			}
			if v, ok := f.Speed[c.String()]; ok {
				p.Speed[c] = v
			} else if p.Kind == Feet {
				p.Speed[c] = f.Top
			}
			p.Speed[c] *= p.Factor[c]
		}
		if err := p.check(); err != nil {
			return nil, err
		}
		profiles = append(profiles, p)
	}
	return profiles, nil
}

const mostProfiles = 32

func (p *Profile) check() error {
	for c := range classes {
		if !(p.Speed[c] > 0 && p.Speed[c] < 500) {
			return fmt.Errorf("profile %q: speed %g on %s", p.Name, p.Speed[c], c)
		}
	}
	for _, v := range []float64{p.Top, p.Unpaved, p.Destination, p.Access} {
		if !(v > 0 && v < 500) {
			return fmt.Errorf("profile %q: a speed or factor is %g", p.Name, v)
		}
	}
	for _, v := range []float64{p.Signal, p.Left, p.UTurn, p.Gate, p.Ferry, p.Contraflow, p.Ban} {
		if !(v >= 0 && v <= 3600) {
			return fmt.Errorf("profile %q: a delay is %g s", p.Name, v)
		}
	}
	return nil
}

var profiles = sync.OnceValues(func() ([]Profile, error) { return ReadProfiles(profileTable) })

// Profiles lists the built-in profiles; the first, a car, is the default.
func Profiles() []Profile {
	list, err := profiles()
	if err != nil {
		panic(err) // the embedded table is checked by a test
	}
	return list
}

// profileNamed finds a built-in profile.
func profileNamed(name string) (*Profile, error) {
	list := Profiles()
	if name == "" {
		return &list[0], nil
	}
	i := slices.IndexFunc(list, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("%q: %w", name, ErrNoProfile)
	}
	return &list[i], nil
}

// ErrBadLoad says that a vehicle has a size no vehicle has.
var ErrBadLoad = errors.New("no such size of vehicle")

func (l Load) check() error {
	if l.Height >= 0 && l.Height < 20 && l.Width >= 0 && l.Width < 20 && l.Weight >= 0 && l.Weight < 1000 {
		return nil
	}
	return fmt.Errorf("height %g m, width %g m, weight %g t: %w", l.Height, l.Width, l.Weight, ErrBadLoad)
}
