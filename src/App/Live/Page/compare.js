// The slider that uncovers the photograph over the result.
for (const compare of document.querySelectorAll(".compare")) {
  const slider = compare.querySelector("input");
  const show = () => {
    compare.style.setProperty("--cut", `${slider.value}%`);
    compare.classList.toggle("whole", slider.value === "0" || slider.value === "100");
    slider.setAttribute("aria-valuetext", `${slider.value} % photograph`);
  };
  slider.addEventListener("input", show);
  show();
}
